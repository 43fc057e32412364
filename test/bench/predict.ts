/**
 * Predictions beside measurements: each partition size of the given runs is held out in turn and predicted from the
 * others on this machine's cores; then how long a simulation of 10,500 children takes.
 *
 * Run: cosmicai run scenarios/partition-sweep.yaml, then node test/bench/run.mjs predict RUN_FOLDER ...
 */
import { availableParallelism } from 'node:os';
import { limitsOf } from '../../harness/core/limits.ts';
import { gbSecondsOf } from '../../harness/metrics/gb-seconds.ts';
import { loadRun } from '../../harness/reports/saved-run.ts';
import { predict } from '../../harness/simulate/predict.ts';
import { profileOf } from '../../harness/simulate/profile-runs.ts';
import { summarize } from '../../harness/simulate/summary.ts';

const records = process.argv.slice(2).map((folder) => loadRun(folder).record);
const bytesOf = ({ dataset }: (typeof records)[number]) =>
  dataset!.partitions.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
const percent = (of: number, to: number) => `${(100 * (of / to - 1)).toFixed(1).padStart(6)} %`;

console.log('held out         measured    predicted (90 % of draws)          error     GB-s error');
for (const held of records) {
  const others = records.filter((one) => one !== held);
  if (others.length === 0) break;
  const partitions = held.dataset!.partitions.length;
  const { stoppedAtMs = 0, startedAtMs } = held.executions[0]!;
  const measuredS = (stoppedAtMs - startedAtMs) / 1000;
  try {
    const prediction = predict(profileOf(others), {
      sizeBytes: bytesOf(held),
      partitionBytes: bytesOf(held) / partitions,
      limits: limitsOf('none'),
      cores: availableParallelism(),
      seed: '1',
    });
    const { durationS, lambdaGbS } = summarize(prediction, { usage: [], from: 1 });
    const gbS = held.invocations.reduce((total, one) => total + gbSecondsOf(one), 0);
    const name = `${partitions} x ${(bytesOf(held) / partitions / 1024 ** 2).toFixed(1)} MB`;
    console.log(
      `${name.padEnd(16)} ${measuredS.toFixed(2).padStart(7)} s  ${durationS.p50.toFixed(2).padStart(7)} s (${durationS.low.toFixed(2)} to ${durationS.high.toFixed(2)})`.padEnd(
        66,
      ),
      percent(durationS.p50, measuredS),
      '  ',
      percent(lambdaGbS.p50, gbS),
    );
  } catch (error) {
    console.log(`${held.runId}: ${(error as Error).message}`);
  }
}

const profile = profileOf(records);
const partitionBytes = profile.partitionBytes.at(-1)!;
for (const one of profile.functions) {
  if (one.variable === 'partitions') one.warm.push({ x: 1000, durationMs: 1000 });
}
for (const children of [1050, 10_500]) {
  const began = performance.now();
  const { runs } = predict(profile, {
    sizeBytes: partitionBytes * children,
    partitionBytes,
    maxConcurrency: 900,
    limits: limitsOf('aws-default'),
    cores: Number.POSITIVE_INFINITY,
    seed: '1',
  });
  const ms = performance.now() - began;
  const rssMB = process.memoryUsage().rss / 1e6;
  console.log(
    `${children} children: ${(ms / runs.length).toFixed(0)} ms a draw, ${runs.length} draws, ${rssMB.toFixed(0)} MB resident`,
  );
}
