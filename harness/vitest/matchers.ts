/** Matchers on the record of a run; each asks the assertion of the same name that scenarios use. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { MatcherState } from 'vitest';
import type { Verdict } from '../assertions/assertion.ts';
import { expectSchemaFor, judge } from '../assertions/index.ts';
import { judgeThresholds } from '../assertions/thresholds.ts';
import { type Bound, boundSchema } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { RunRecord } from '../record/run-record.ts';
import { referencesIn } from '../scenario/judge-run.ts';

/** A record, or what holds one: the outcome of a scenario's run. */
export type Judged = RunRecord | { record: RunRecord };

/** What `vitest -u` asks for; vitest tells it to matchers, but not to their types. */
interface SnapshotMode {
  snapshotState?: { _updateSnapshot?: 'all' | 'new' | 'none' };
}

interface MatcherResult {
  pass: boolean;
  message(): string;
}

/** @throws TypeError for anything else, with and without `.not`: there is nothing to judge */
function evidenceOf(judged: Judged): Evidence {
  const record: unknown = isObject(judged) && 'record' in judged ? judged.record : judged;
  if (isObject(record) && Array.isArray(record['executions']))
    return { record: record as never, runFolder: '' };
  const given = inspect(judged, { depth: 0, breakLength: 80 });
  const hint = judged instanceof Promise ? ' Write "await" before it.' : '';
  throw new TypeError(
    `The matcher needs the record of a run, as "await project.execute()" or an outcome of runScenario() gives it; it was given ${given}.${hint}`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Judges fields of `expect` alone: neither what always holds nor what a scenario asks by default. */
function judgeFields(fields: Record<string, unknown>, evidence: Evidence): Verdict[] {
  const all = judge(expectSchemaFor(evidence.record.pack).parse(fields), {}, evidence);
  return all.filter(({ path }) => path[0] === 'expect' && String(path[1]) in fields);
}

/** What is not judged has not passed: there was no evidence for it. */
function resultOf(verdicts: readonly Verdict[]): MatcherResult {
  const open = verdicts.filter(({ outcome }) => outcome !== 'passed');
  const describe = ({ name, outcome, expected, actual }: Verdict) =>
    `${name}${outcome === 'not judged' ? ' (not judged)' : ''}\n  expected ${expected}\n  actual   ${actual}`;
  return {
    pass: open.length === 0 && verdicts.length > 0,
    message: () =>
      open.length > 0 ? open.map(describe).join('\n') : `expected not: ${verdicts.map(describe).join('\n')}`,
  };
}

export const matchers = {
  /** The execution ended as SUCCEEDED. */
  toHaveSucceeded(judged: Judged): MatcherResult {
    return resultOf(judgeFields({ status: 'SUCCEEDED' }, evidenceOf(judged)));
  },

  /** The execution ended as FAILED, with this error name when one is given. */
  toHaveFailed(judged: Judged, error?: string): MatcherResult {
    const fields = { status: 'FAILED', ...(error === undefined ? {} : { error }) };
    return resultOf(judgeFields(fields, evidenceOf(judged)));
  },

  /** A state was entered, in the execution or its children; so often when a number is given. */
  toHaveVisitedState(judged: Judged, state: string, times?: number): MatcherResult {
    const wanted = times === undefined ? { visited: true } : { visits: times };
    const { record } = evidenceOf(judged);
    // The state's own verdict, however the execution ended.
    const status = record.executions.at(-1)?.status;
    return resultOf(judgeFields({ status, states: { [state]: wanted } }, { record, runFolder: '' }));
  },

  /**
   * Each item has exactly one result: of the dataset, or as `complete` of `execute()` names them. Nothing lost, nothing
   * twice, nothing foreign.
   */
  toHaveCompleteResults(judged: Judged): MatcherResult {
    const { record } = evidenceOf(judged);
    const status = record.executions.at(-1)?.status;
    return resultOf(judgeFields({ status, complete: true }, { record, runFolder: '' }).filter(isComplete));
  },

  /** A metric keeps a limit: `toMeetThreshold('p95(function.Enrich.duration)', { lt: '2 s' })`. */
  toMeetThreshold(judged: Judged, expression: string, bound: Bound): MatcherResult {
    return resultOf(judgeThresholds({ [expression]: boundSchema.parse(bound) }, evidenceOf(judged)));
  },

  /** Everything that may stand under `expect` in a scenario. */
  toMeetExpectations(judged: Judged, expectations: Record<string, unknown>): MatcherResult {
    const evidence = evidenceOf(judged);
    const parsed = expectSchemaFor(evidence.record.pack).parse(expectations);
    return resultOf(judge(parsed, {}, evidence));
  },

  /** The history, without what differs from run to run, equals a file beside the test; `vitest -u` writes it anew. */
  toMatchHistorySnapshot(this: MatcherState, judged: Judged, file: string): MatcherResult {
    const folder = this.testPath === undefined ? process.cwd() : dirname(this.testPath);
    const path = isAbsolute(file) ? file : resolve(folder, file);
    const mode = (this as unknown as SnapshotMode).snapshotState?._updateSnapshot ?? 'none';
    const update = mode === 'all' || (mode === 'new' && !existsSync(path));
    const { record } = evidenceOf(judged);
    const status = record.executions.at(-1)?.status;
    const evidence = { record, runFolder: '', references: referencesIn(folder, update) };
    return resultOf(judgeFields({ status, history: { snapshot: path } }, evidence));
  },
};

const isComplete = ({ path }: Verdict) => path[1] === 'complete';

interface CosmicaiMatchers<R> {
  /** The execution ended as SUCCEEDED. */
  toHaveSucceeded(): R;
  /** The execution ended as FAILED, with this error name when one is given. */
  toHaveFailed(error?: string): R;
  /** A state was entered, in the execution or its children; so often when a number is given. */
  toHaveVisitedState(state: string, times?: number): R;
  /**
   * Each item has exactly one result: of the dataset, or as `complete` of `execute()` names them. Nothing lost, nothing
   * twice, nothing foreign.
   */
  toHaveCompleteResults(): R;
  /** A metric keeps a limit: `toMeetThreshold('p95(function.Enrich.duration)', { lt: '2 s' })`. */
  toMeetThreshold(expression: string, bound: Bound): R;
  /** Everything that may stand under `expect` in a scenario. */
  toMeetExpectations(expectations: Record<string, unknown>): R;
  /** The history, without what differs from run to run, equals a file beside the test; `vitest -u` writes it anew. */
  toMatchHistorySnapshot(file: string): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter's name and default must be vitest's own.
  interface Matchers<T = any> extends CosmicaiMatchers<T> {}
}
