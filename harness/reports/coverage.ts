/** What of the state machines the whole suite has taken, and what it never took. */
import type { CoverageRecord } from '../record/run-record.ts';
import type { RunOutcome } from '../scenario/outcome.ts';

/** Longer lists of what was missed are cut. */
const MOST_SHOWN = 8;

/**
 * One line per state machine: the union over all runs. Retriers and Catchers that never had to act are named too;
 * nothing at all where no backend counted.
 */
export function coverageLines(outcomes: readonly RunOutcome[]): string[] {
  const machines = new Map<string, Map<string, number>>();
  for (const { record } of outcomes) for (const machine of record.coverage ?? []) add(machines, machine);
  return [...machines].map(([name, counts]) => {
    const missed = [...counts].filter(([, count]) => count === 0).map(([key]) => key);
    const line = `coverage of ${name}: ${counts.size - missed.length} of ${counts.size} states, transitions, choices, retriers and catchers`;
    if (missed.length === 0) return line;
    const more = missed.length > MOST_SHOWN ? `, and ${missed.length - MOST_SHOWN} more` : '';
    return `${line}; never taken: ${missed.slice(0, MOST_SHOWN).join(', ')}${more}`;
  });
}

function add(machines: Map<string, Map<string, number>>, machine: CoverageRecord): void {
  const name = machine.stateMachineArn.split(':').at(-1)!;
  const counts = machines.get(name) ?? new Map<string, number>();
  for (const [key, count] of Object.entries(machine.counts)) counts.set(key, (counts.get(key) ?? 0) + count);
  machines.set(name, counts);
}
