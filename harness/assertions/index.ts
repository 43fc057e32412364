/** Registry of expectations: each is one field under `expect`. */
import { z } from 'zod';
import { PackParts } from '../core/pack-parts.ts';
import type { Bound } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { Assertion, Verdict } from './assertion.ts';
import { baseline } from './baseline.ts';
import { cause } from './cause.ts';
import { complete, knowsItems } from './complete.ts';
import { error } from './error.ts';
import { history } from './history.ts';
import { invariantsFor } from './invariants/index.ts';
import { invocations } from './invocations.ts';
import { jsonata } from './jsonata.ts';
import { logs } from './logs.ts';
import { unlessLacking } from './needs.ts';
import { objects } from './objects.ts';
import { output } from './output.ts';
import { states } from './states.ts';
import { status } from './status.ts';
import { judgeThresholds } from './thresholds.ts';

const GENERIC: Readonly<Record<string, Assertion>> = {
  status,
  error,
  cause,
  states,
  history,
  output,
  jsonata,
  objects,
  complete,
  invocations,
  logs,
  baseline,
};

/** An expectation that a pack adds. */
export interface PackExpectation {
  assertion: Assertion;
  /** What the reference says of the field. */
  description: string;
  /** The field of `expect` that it stands before in reports; after all others when left out. */
  before?: keyof typeof genericShape;
}

export const packExpectations = new PackParts<readonly PackExpectation[]>();

const genericShape = {
  status: status.schema.default('SUCCEEDED').describe('final status of the execution'),
  error: error.schema.optional().describe('error name that it failed with'),
  cause: cause.schema.optional().describe("cause that it failed with; those of the Map's children count too"),
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
  objects: objects.schema.optional().describe("objects in the project's buckets after the run"),
  complete: complete.schema
    .optional()
    .describe(
      'each item has exactly one result, nothing lost, nothing twice, nothing unknown: items and results by key. `true`, the default where a pack knows the items of its dataset and `status` is SUCCEEDED',
    ),
  invocations: invocations.schema.optional().describe('Lambda invocations by function'),
  logs: logs.schema.optional().describe('log events of the functions that fulfil all conditions of an entry'),
  baseline: baseline.schema
    .optional()
    .describe(
      'metrics that have not become worse than earlier runs, noise-aware: the repeats of `--repeat` are judged together, and a run fails when even the nearer end of the 95 % interval of the ratio of medians lies beyond the tolerance; values are kept per backend, clock and machine',
    ),
};

const genericSchema = z.strictObject(genericShape);

/** What a scenario expects: the generic fields, and by name those of its pack. */
export type Expectations = z.output<typeof genericSchema> & { readonly [ofPack: string]: unknown };

/** Everything under `expect` in a project with this pack. */
export function expectSchemaFor(pack: string | undefined): z.ZodType<Expectations> {
  const own = (packExpectations.of(pack) ?? []).map(({ assertion, description }) => [
    assertion.name,
    assertion.schema.optional().describe(description),
  ]);
  return z.strictObject({
    ...genericShape,
    ...Object.fromEntries(own),
  }) as unknown as z.ZodType<Expectations>;
}

/** Assertions of a project with this pack, in the order of reports. */
function assertionsFor(pack: string | undefined): [name: string, assertion: Assertion][] {
  const all = Object.entries(GENERIC);
  for (const { assertion, before } of packExpectations.of(pack) ?? []) {
    const at = all.findIndex(([name]) => name === before);
    all.splice(at === -1 ? all.length : at, 0, [assertion.name, assertion]);
  }
  return all;
}

/** Judges everything a scenario expects of a run, its thresholds, and the invariants. */
export function judge(
  expectations: Expectations,
  thresholds: Readonly<Record<string, Bound>>,
  evidence: Evidence,
): Verdict[] {
  const { pack } = evidence.record;
  const asked = assertionsFor(pack).flatMap(([name, { needs, evaluate }]) => {
    const expected = name === 'complete' ? completeOr(expectations, evidence) : expectations[name];
    if (expected === undefined) return [];
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
  const always = invariantsFor(pack).flatMap(({ needs, evaluate }) =>
    evaluate(evidence).map((verdict) => unlessLacking(verdict, needs, evidence.record)),
  );
  return [...judged, ...always];
}

/** Of an execution that should succeed, completeness is asked where a pack knows the items of the dataset. */
function completeOr({ status: wanted, complete: asked }: Expectations, evidence: Evidence) {
  return asked ?? (wanted === 'SUCCEEDED' && knowsItems(evidence) ? true : undefined);
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
