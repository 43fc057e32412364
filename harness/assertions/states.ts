import { z } from 'zod';
import { isJsonObject } from '../core/json.ts';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { countedVisits, lacksHistories } from '../record/child-histories.ts';
import type { HistoryRecord } from '../record/run-record.ts';
import { attemptsByState, visitsByState } from '../record/state-names.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { executionOf } from './execution.ts';
import { showList } from './show.ts';

const expectationSchema = z.strictObject({
  visited: z.boolean().optional().describe('whether it was entered at all'),
  visits: countBoundSchema.optional().describe('how often it was entered, in the execution and its children'),
  retries: countBoundSchema
    .optional()
    .describe('how often its task was tried again, in the execution and its children'),
});

/** States by name: whether and how often they were entered. */
export const states = defineAssertion({
  name: 'states',
  schema: z.record(z.string(), expectationSchema).meta({ keys: 'STATE' }),
  evaluate(expected, evidence) {
    const histories = historiesOf(evidence);
    const visits = summed(histories.map(visitsByState));
    const attempts = summed(histories.map(attemptsByState));
    const execution = executionOf(evidence);
    return Object.entries(expected).flatMap(([name, expectation]) => {
      const needs = isOfExecution(name, evidence) ? {} : NEEDS_CHILDREN;
      const unseen = execution !== undefined && lacksHistories(name, execution);
      const counted = unseen ? countedVisits(name, execution, evidence.record) : undefined;
      const count = counted ?? visits.get(name) ?? 0;
      const seen =
        counted === undefined
          ? `entered ${count} times; states entered: ${showList([...visits.keys()], 20)}`
          : `entered ${count} times, as the interpreter counted`;
      const verdicts: Verdict[] = [];
      if (expectation.visited !== undefined) {
        verdicts.push({
          name: `state ${name}`,
          outcome: count > 0 === expectation.visited ? 'passed' : 'failed',
          expected: expectation.visited ? 'visited' : 'not visited',
          actual: seen,
          path: [name, 'visited'],
          evidence: evidenceFiles.history,
          ...needs,
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
          ...needs,
        });
      }
      if (expectation.retries !== undefined) {
        const bound = asBound(expectation.retries);
        const retries = Math.max(0, (attempts.get(name) ?? 0) - count);
        verdicts.push({
          name: `retries of state ${name}`,
          outcome: keeps(bound, retries, '') ? 'passed' : 'failed',
          expected: describeBound(bound, ''),
          actual: `${retries} (${attempts.get(name) ?? 0} attempts in ${count} visits)`,
          path: [name, 'retries'],
          evidence: evidenceFiles.history,
          ...needs,
        });
      }
      return verdicts.map((verdict): Verdict => {
        if (!unseen || (counted !== undefined && verdict.path[1] !== 'retries')) return verdict;
        return { ...verdict, outcome: 'not judged', actual: NO_HISTORIES };
      });
    });
  },
});

const NO_HISTORIES = "children's histories were not collected; EXPRESS children have none";

/** A state within a Distributed Map shows in the histories of its children alone. */
const NEEDS_CHILDREN = { needs: ['child-histories'] } as const;

/** Stands at the top of the definition, so the execution's own history tells of it. */
function isOfExecution(name: string, evidence: Evidence): boolean {
  const states = executionOf(evidence)?.definition?.['States'];
  return isJsonObject(states) && name in states;
}

/** Histories of the execution and of its children as far as they were collected. */
function historiesOf(evidence: Evidence): HistoryRecord[][] {
  const execution = executionOf(evidence);
  return [execution?.history ?? [], ...(execution?.children ?? []).map((child) => child.history ?? [])];
}

/** Counts of all histories together, by state. */
function summed(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const [state, count] of counts.flatMap((one) => [...one])) {
    total.set(state, (total.get(state) ?? 0) + count);
  }
  return total;
}
