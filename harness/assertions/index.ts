/** Registry of expectations: each is one field under `expect`. */
import { z } from 'zod';
import type { Bound } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { predictions } from '../packs/redshift/expectations/predictions.ts';
import { published } from '../packs/redshift/expectations/published.ts';
import { results } from '../packs/redshift/expectations/results.ts';
import type { Assertion, Verdict } from './assertion.ts';
import { baseline } from './baseline.ts';
import { cause } from './cause.ts';
import { complete } from './complete.ts';
import { error } from './error.ts';
import { history } from './history.ts';
import { invariants } from './invariants/index.ts';
import { invocations } from './invocations.ts';
import { jsonata } from './jsonata.ts';
import { logs } from './logs.ts';
import { unlessLacking } from './needs.ts';
import { objects } from './objects.ts';
import { output } from './output.ts';
import { states } from './states.ts';
import { status } from './status.ts';
import { judgeThresholds } from './thresholds.ts';

const assertions = {
  status,
  error,
  cause,
  states,
  history,
  output,
  jsonata,
  objects,
  complete,
  results,
  predictions,
  invocations,
  logs,
  baseline,
  published,
};
type Name = keyof typeof assertions;

/** Everything under `expect`. Of an execution that should succeed, `complete` and finite predictions are asked unless said otherwise. */
export const expectSchema = z
  .strictObject({
    status: status.schema.default('SUCCEEDED').describe('final status of the execution'),
    error: error.schema.optional().describe('error name that it failed with'),
    cause: cause.schema
      .optional()
      .describe("cause that it failed with; those of the Map's children count too"),
    states: states.schema.optional().describe('states by name: whether and how often they were entered'),
    history: history.schema
      .optional()
      .describe(
        'the history equals a snapshot: without times, ARNs, names and payloads, children counted by equal course',
      ),
    output: output.schema
      .optional()
      .describe(
        'partial match of the output: members that are not named may be anything, lists have equal length, a limit stands for a number',
      ),
    jsonata: jsonata.schema.optional().describe('JSONata expressions that must be true of the run'),
    objects: objects.schema
      .optional()
      .describe('objects under the result prefix, and under those of `nothingElseUnder`, after the run'),
    complete: complete.schema
      .optional()
      .describe(
        'each partition has exactly one result, nothing lost, nothing twice; `true` when left out and `status` is SUCCEEDED',
      ),
    results: results.schema.optional().describe('result objects that inference wrote'),
    predictions: predictions.schema.optional().describe('predicted redshifts, judged together'),
    invocations: invocations.schema.optional().describe('Lambda invocations by function'),
    logs: logs.schema
      .optional()
      .describe('log events of the functions that fulfil all conditions of an entry'),
    baseline: baseline.schema
      .optional()
      .describe(
        'metrics that have not become worse than earlier runs, noise-aware: the repeats of `--repeat` are judged together, and a run fails when even the nearer end of the 95 % interval of the ratio of medians lies beyond the tolerance; values are kept per backend, clock and machine',
      ),
    published: published.schema
      .optional()
      .describe(
        "comparison with what the pipeline's authors published of AWS, by partition size and nearest data size",
      ),
  })
  .transform((expectations) =>
    expectations.status === 'SUCCEEDED'
      ? { ...expectations, complete: expectations.complete ?? true }
      : expectations,
  );
export type Expectations = z.output<typeof expectSchema>;

/** Judges everything a scenario expects of a run, its thresholds, and the invariants. */
export function judge(
  expectations: Expectations,
  thresholds: Readonly<Record<string, Bound>>,
  evidence: Evidence,
): Verdict[] {
  const asked = (Object.keys(assertions) as Name[]).flatMap((name) => {
    const expected = expectations[name];
    if (expected === undefined) return [];
    const { needs, evaluate } = assertions[name] as Assertion;
    return evaluate(expected, evidence).map((verdict) => ({
      ...unlessLacking(verdict, needs, evidence.record),
      path: ['expect', name, ...verdict.path],
    }));
  });
  const measured = judgeThresholds(thresholds, evidence).map((one) =>
    unlessLacking(one, [], evidence.record),
  );
  const all = [...asked, ...measured];
  const ending = all.find(({ path, outcome }) => path[1] === 'status' && outcome !== 'passed');
  const judged = ending ? all.map((verdict) => onlyHow(verdict, ending)) : all;
  const always = invariants.flatMap(({ needs, evaluate }) =>
    evaluate(evidence).map((verdict) => unlessLacking(verdict, needs, evidence.record)),
  );
  return [...judged, ...always];
}

/**
 * Of an execution that ended otherwise than expected, only how it ended is judged: what it should have brought
 * about would all fail for that one reason, and hide it.
 */
function onlyHow(verdict: Verdict, ending: Verdict): Verdict {
  // How it would have ended on a backend that can tell is not known, error and cause included.
  const how = ['status', ...(ending.lacks ? [] : ['error', 'cause'])].includes(String(verdict.path[1]));
  if (how || verdict.outcome === 'passed' || verdict.lacks) return verdict;
  return {
    ...verdict,
    outcome: 'not judged',
    actual: ending.lacks
      ? `how the execution ended ${ending.actual}`
      : `the execution ended as ${ending.actual}`,
    follows: true,
  };
}
