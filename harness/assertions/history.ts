import { z } from 'zod';
import type { ExecutionRecord, HistoryRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { executionOf } from './execution.ts';

/**
 * The history equals a snapshot kept beside the scenario. Normalised: what differs from run to run (times, ARNs,
 * names, payloads) is left out, and children of Map Runs are counted by equal course instead of listed by time.
 * `--update` writes the snapshot anew.
 */
export const history = defineAssertion({
  name: 'history',
  needs: ['child-histories'],
  schema: z.strictObject({
    snapshot: z
      .string()
      .min(1)
      .describe('file with the normalised history, relative to the scenario; `--update` writes it'),
  }),
  evaluate({ snapshot }, evidence) {
    const execution = executionOf(evidence);
    const actual = execution ? normalizedHistory(execution) : '';
    const verdict = (outcome: Verdict['outcome'], expected: string, found: string): Verdict[] => [
      {
        name: 'history',
        outcome,
        expected,
        actual: found,
        path: ['snapshot'],
        evidence: evidenceFiles.history,
      },
    ];
    const { references } = evidence;
    if (!references) return verdict('not judged', `as in ${snapshot}`, 'snapshots are not read here');
    if (references.update) {
      references.write(snapshot, actual);
      return verdict('passed', `as in ${snapshot}`, 'the snapshot was written anew');
    }
    const expected = references.read(snapshot);
    if (expected === undefined) {
      return verdict(
        'failed',
        `as in ${snapshot}`,
        'the snapshot does not exist; run with --update to write it',
      );
    }
    const difference = firstDifference(expected, actual);
    if (!difference) return verdict('passed', `as in ${snapshot}`, 'equal');
    return verdict('failed', `${snapshot}:${difference.line}: ${difference.expected}`, difference.actual);
  },
});

/** One line per event, and the courses of the children with how many took each. */
export function normalizedHistory({ status, history: events, children }: ExecutionRecord): string {
  const courses = new Map<string, number>();
  for (const child of children) {
    const steps = (child.history ?? []).map((event) => describeEvent(event)).join(', ');
    const course = `${child.status}: ${steps || 'history not collected'}`;
    courses.set(course, (courses.get(course) ?? 0) + 1);
  }
  const lines = [
    ...events.map((event) => `${event.id} < ${event.previousEventId} ${describeEvent(event)}`),
    ...[...courses].sort().map(([course, count]) => `${count} children ${course}`),
    `execution ${status}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Type, state and error: what a reader of a history looks for. */
function describeEvent(event: HistoryRecord): string {
  const details = Object.entries(event).find(([key]) => key.endsWith('EventDetails'))?.[1] as
    | { name?: unknown; error?: unknown; resourceType?: unknown }
    | undefined;
  const named = event.type.endsWith('StateEntered') || event.type.endsWith('StateExited');
  const parts = [named ? details?.name : details?.resourceType, details?.error];
  return [event.type, ...parts.filter((part) => typeof part === 'string')].join(' ');
}

function firstDifference(
  expected: string,
  actual: string,
): { line: number; expected: string; actual: string } | undefined {
  const wanted = expected.trimEnd().split(/\r?\n/);
  const found = actual.trimEnd().split('\n');
  const index = Array.from({ length: Math.max(wanted.length, found.length) }).findIndex(
    (_, line) => wanted[line] !== found[line],
  );
  if (index === -1) return undefined;
  return {
    line: index + 1,
    expected: wanted[index] ?? 'the end',
    actual: found[index] ?? 'the end',
  };
}
