/** From a record to verdicts: one set per execution that the scenario is about, then what was meant to fail. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Verdict } from '../assertions/assertion.ts';
import { judge } from '../assertions/index.ts';
import { runIdsOf } from '../backends/evidence/objects.ts';
import { isJsonObject } from '../core/json.ts';
import type { Evidence, References } from '../metrics/evidence.ts';
import type { ExecutionRecord, RunRecord } from '../record/run-record.ts';
import { watchedPrefix } from './execution-input.ts';
import { judgeExpectedFailures } from './expected-failure.ts';
import { judgeCoverage } from './judge-coverage.ts';
import type { Scenario } from './schema.ts';
import type { StepsOutcome } from './steps/index.ts';

/** Judges the executions of the last step each on its own evidence; thresholds are about the whole run. */
export function judgeRun(scenario: Scenario, steps: StepsOutcome, evidence: Evidence): Verdict[] {
  const { record } = evidence;
  const several = record.executions.length > 1;
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

const numbered = (verdict: Verdict, number: number): Verdict => ({
  ...verdict,
  name: `${verdict.name} (execution ${number})`,
});

/**
 * The evidence of one execution among several: its results, predictions and objects. Invocations and logs carry
 * no execution's name and stay.
 */
export function narrowTo(record: RunRecord, execution: ExecutionRecord): RunRecord {
  const runIds = new Set(runIdsOf(execution));
  const results = record.results.filter((result) => runIds.has(String(result['run_id'])));
  const predictionKeys = new Set(results.map((result) => result['predictions_key']));
  const watched = isJsonObject(execution.input) ? watchedPrefix(execution.input) : undefined;
  return {
    ...record,
    executions: [execution],
    results,
    predictions: record.predictions.filter(({ key }) => predictionKeys.has(key)),
    objects: record.objects.filter(
      ({ bucket, key }) => !watched || (bucket === watched.bucket && key.startsWith(watched.prefix)),
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
