import { RUNS } from '../evidence/statement.ts';
import type { Check } from './check.ts';
import { runName, runsOf } from './check.ts';

/** Clocks of two machines may differ by so much. */
const SKEW_MS = 5 * 60_000;

/** Evidence is as old as the oldest run in it: attesting again makes nothing younger. */
export const age: Check = {
  name: 'age',
  reasons(context) {
    const { maximumAge } = context.policy.evidence;
    const attestedAtMs = Date.parse(context.statement.predicate[RUNS].attestedAt);
    const future =
      attestedAtMs > context.nowMs + SKEW_MS
        ? [`the evidence was signed in the future, at ${new Date(attestedAtMs).toISOString()}`]
        : [];
    const old = runsOf(context).flatMap((run) => {
      const ageMs = context.nowMs - Date.parse(run.endedAt);
      if (ageMs <= maximumAge) return [];
      return [`${runName(run)} ended ${span(ageMs)} ago; the policy allows ${span(maximumAge)}`];
    });
    return [...future, ...old];
  },
};

function span(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${(hours / 24).toFixed(1)} d`;
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`;
}
