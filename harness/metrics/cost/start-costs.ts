/**
 * What cold starts add to a bill. A run on one machine reuses a few environments; AWS starts the children of a Map
 * side by side, so how many of them start cold there is not known from such a run: only the bounds are.
 */
import type { InvocationRecord, RunRecord } from '../../record/run-record.ts';
import { percentile } from '../threshold.ts';

/** Which invocations count as cold: those that were, none, or all. */
export type Starts = 'measured' | 'allWarm' | 'allCold';

/** Billed milliseconds of one invocation under an assumption about starts; `undefined` where nothing tells it. */
export type BilledMs = (invocation: InvocationRecord) => number | undefined;

const isCold = ({ initDurationMs }: InvocationRecord): boolean => initDurationMs !== undefined;

/**
 * Billed durations of the run's invocations as they would be with these starts. The cost of a cold start of a
 * function is the median of its initialisations, and what its first invocations took longer than the others (code
 * compiled, model loaded). A function without a cold start in the run has no known cost of one.
 */
export function billedWith(record: RunRecord, starts: Starts): BilledMs {
  if (starts === 'measured') return ({ billedDurationMs }) => billedDurationMs;
  const added = new Map<string, number | undefined>();
  const addedBy = (functionName: string) => {
    if (!added.has(functionName)) {
      const own = record.invocations.filter((one) => one.functionName === functionName);
      added.set(functionName, coldStartMs(own));
    }
    return added.get(functionName);
  };
  return (invocation) => {
    const { billedDurationMs, functionName } = invocation;
    if (isCold(invocation) === (starts === 'allCold')) return billedDurationMs;
    const extra = addedBy(functionName);
    if (extra === undefined) return undefined;
    return starts === 'allCold' ? billedDurationMs + extra : Math.max(1, billedDurationMs - extra);
  };
}

/** What a cold start adds to the bill of a function, ms; `undefined` without a cold invocation among these. */
function coldStartMs(invocations: readonly InvocationRecord[]): number | undefined {
  const cold = invocations.filter(isCold);
  if (cold.length === 0) return undefined;
  const warm = invocations.filter((one) => !isCold(one));
  const slower = warm.length === 0 ? 0 : medianOf(cold, durationMs) - medianOf(warm, durationMs);
  return medianOf(cold, ({ initDurationMs }) => initDurationMs!) + Math.max(0, slower);
}

const durationMs = (one: InvocationRecord): number => one.durationMs;

const medianOf = (
  invocations: readonly InvocationRecord[],
  value: (one: InvocationRecord) => number,
): number => percentile(invocations.map(value), 50);

/** Functions of the run without a cold start: what all-cold runs of them cost is not known. */
export function functionsWithoutColdStart(record: RunRecord): string[] {
  const names = [...new Set(record.invocations.map(({ functionName }) => functionName))];
  return names.filter((name) => !record.invocations.some((one) => one.functionName === name && isCold(one)));
}
