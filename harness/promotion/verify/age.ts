import { RUNS } from '../evidence/statement.ts';
import type { Check } from './check.ts';
import { runName, runsOf } from './check.ts';

/** Clocks of two machines may differ by so much. */
const SKEW_MS = 5 * 60_000;

/**
 * Evidence is as old as the oldest run in it: attesting again makes nothing younger. Runs end before they are attested,
 * and are attested before the evidence is signed and seen.
 */
export const age: Check = {
  name: 'age',
  reasons(context) {
    const { maximumAge } = context.policy.evidence;
    const attestedAtMs = Date.parse(context.statement.predicate[RUNS].attestedAt);
    const future =
      attestedAtMs > context.nowMs + SKEW_MS
        ? [`the evidence was signed in the future, at ${timeOf(attestedAtMs)}`]
        : [];
    const { signedAtMs } = context;
    const late =
      signedAtMs !== undefined && attestedAtMs > signedAtMs + SKEW_MS
        ? [
            `the evidence says that it was attested at ${timeOf(attestedAtMs)}, after its signature of ${timeOf(signedAtMs)}`,
          ]
        : [];
    const disordered = runsOf(context).flatMap((run) => {
      const [startedAtMs, endedAtMs] = [Date.parse(run.startedAt), Date.parse(run.endedAt)];
      if (endedAtMs < startedAtMs) return [`${runName(run)} ended at ${run.endedAt}, before it started`];
      if (endedAtMs > attestedAtMs + SKEW_MS)
        return [`${runName(run)} ended at ${run.endedAt}, after it was attested at ${timeOf(attestedAtMs)}`];
      return endedAtMs > context.nowMs + SKEW_MS
        ? [`${runName(run)} ended in the future, at ${run.endedAt}`]
        : [];
    });
    const old = runsOf(context).flatMap((run) => {
      const ageMs = context.nowMs - Date.parse(run.endedAt);
      if (ageMs <= maximumAge) return [];
      return [`${runName(run)} ended ${span(ageMs)} ago; the policy allows ${span(maximumAge)}`];
    });
    return [...future, ...late, ...disordered, ...old];
  },
};

const timeOf = (ms: number) => new Date(ms).toISOString();

function span(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${(hours / 24).toFixed(1)} d`;
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`;
}
