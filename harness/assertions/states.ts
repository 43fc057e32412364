import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { HistoryRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { executionOf } from './execution.ts';
import { showList } from './show.ts';

const expectationSchema = z.strictObject({
  visited: z.boolean().optional(),
  /** How often the state was entered, in the execution and its children. */
  visits: countBoundSchema.optional(),
});

/** States by name: whether and how often they were entered. */
export const states = defineAssertion({
  name: 'states',
  schema: z.record(z.string(), expectationSchema),
  evaluate(expected, evidence) {
    const visits = visitsByState(evidence);
    return Object.entries(expected).flatMap(([name, expectation]) => {
      const count = visits.get(name) ?? 0;
      const seen = `entered ${count} times; states entered: ${showList([...visits.keys()], 20)}`;
      const verdicts: Verdict[] = [];
      if (expectation.visited !== undefined) {
        verdicts.push({
          name: `state ${name}`,
          outcome: count > 0 === expectation.visited ? 'passed' : 'failed',
          expected: expectation.visited ? 'visited' : 'not visited',
          actual: seen,
          path: [name, 'visited'],
          evidence: evidenceFiles.history,
        });
      }
      if (expectation.visits !== undefined) {
        const bound = asBound(expectation.visits);
        verdicts.push({
          name: `visits of state ${name}`,
          outcome: keeps(bound, count, '') ? 'passed' : 'failed',
          expected: describeBound(bound, ''),
          actual: seen,
          path: [name, 'visits'],
          evidence: evidenceFiles.history,
        });
      }
      return verdicts;
    });
  },
});

/** Visits of each state, in the execution and in its children as far as their histories were collected. */
function visitsByState(evidence: Evidence): Map<string, number> {
  const execution = executionOf(evidence);
  const visits = new Map<string, number>();
  const histories = [
    execution?.history ?? [],
    ...(execution?.children ?? []).map((child) => child.history ?? []),
  ];
  for (const event of histories.flat()) {
    const name = enteredState(event);
    if (name !== undefined) visits.set(name, (visits.get(name) ?? 0) + 1);
  }
  return visits;
}

function enteredState(event: HistoryRecord): string | undefined {
  if (!event.type.endsWith('StateEntered')) return undefined;
  return (event['stateEnteredEventDetails'] as { name?: string } | undefined)?.name;
}
