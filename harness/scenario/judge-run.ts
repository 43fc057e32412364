/** From a record to verdicts: one set per execution that the scenario is about, then what was meant to fail. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Verdict } from '../assertions/assertion.ts';
import { judge } from '../assertions/index.ts';
import { isJsonObject } from '../core/json.ts';
import type { Evidence, References } from '../metrics/evidence.ts';
import type { ExecutionRecord, RunRecord } from '../record/run-record.ts';
import { judgeExpectedFailures } from './expected-failure.ts';
import { judgeCoverage } from './judge-coverage.ts';
import { packRuns } from './pack-run.ts';
import type { Scenario } from './schema.ts';
import type { StepsOutcome } from './steps/index.ts';

/** Judges the executions of the last step each on its own evidence; thresholds are about the whole run. */
export function judgeRun(scenario: Scenario, steps: StepsOutcome, evidence: Evidence): Verdict[] {
  const { record } = evidence;
  const several = record.executions.length > 1;
  if (steps.judged.length === 0) {
    return withoutExecution(scenario, steps, evidence);
  }
  const judged = steps.judged.flatMap((arn, index) => {
    const execution = record.executions.find((one) => one.executionArn === arn);
    if (!execution) return [];
    const own = several ? { ...evidence, record: narrowTo(record, execution) } : evidence;
    const verdicts = judge(scenario.expect, index === 0 ? scenario.thresholds : {}, own);
    return steps.judged.length === 1 ? verdicts : verdicts.map((one) => numbered(one, index + 1));
  });
  const covered = judgeCoverage(scenario.coverage, record);
  return judgeExpectedFailures([...steps.verdicts, ...judged, ...covered], scenario.expectFailure);
}

/** Of steps that invoke functions alone: everything but the end of an execution. */
function withoutExecution(scenario: Scenario, steps: StepsOutcome, evidence: Evidence): Verdict[] {
  const all = judge(scenario.expect, scenario.thresholds, evidence);
  const judged = all.filter(({ path }) => path[1] !== 'status');
  const covered = judgeCoverage(scenario.coverage, evidence.record);
  return judgeExpectedFailures([...steps.verdicts, ...judged, ...covered], scenario.expectFailure);
}

const numbered = (verdict: Verdict, number: number): Verdict => ({
  ...verdict,
  name: `${verdict.name} (execution ${number})`,
});

/**
 * The evidence of one execution among several: objects and lists that the pack's reader tells apart. Invocations and
 * logs carry no execution's name and stay.
 */
export function narrowTo(record: RunRecord, execution: ExecutionRecord): RunRecord {
  const reader = packRuns.of(record.pack)?.reader;
  const watched = reader && isJsonObject(execution.input) ? reader.watch(execution.input) : undefined;
  return {
    ...record,
    executions: [execution],
    evidence: reader ? reader.narrow(record.evidence, execution) : record.evidence,
    objects: record.objects.filter(
      ({ bucket, key }) =>
        !watched || watched.some((one) => bucket === one.bucket && key.startsWith(one.prefix)),
    ),
  };
}

/** Snapshots and baselines beside a scenario. */
export function referencesIn(folder: string, update: boolean): References {
  return {
    update,
    read(path) {
      try {
        return readFileSync(resolve(folder, path), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write(path, text) {
      const file = resolve(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  };
}
