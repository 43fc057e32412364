import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { deployedNameOf } from '../metrics/invocations.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { show } from './show.ts';
import { describeTextMatch, matchesText, textConditions } from './text-match.ts';

const expectationSchema = z.strictObject({
  ...textConditions,
  function: z.string().min(1).optional().describe('only the log of this function; all when left out'),
  count: countBoundSchema.optional().describe('how many events match; at least one when left out'),
});

/** Log events of the functions that contain or match a text. */
export const logs = defineAssertion({
  name: 'logs',
  needs: ['logs'],
  schema: z.array(expectationSchema),
  evaluate(expected, { record }) {
    return expected.map(({ function: name, count, ...text }, index): Verdict => {
      const events = record.logs.filter(
        ({ logGroup }) => name === undefined || logGroup.endsWith(`/${deployedNameOf(record, name)}`),
      );
      const found = events.filter(({ message }) => matchesText(text, message));
      const bound = asBound(count ?? ({ gte: 1 } as const));
      const first = found[0] ? `, the first: ${show(found[0].message.trimEnd(), 160)}` : '';
      return {
        name: `log${name === undefined ? 's' : ` of ${name}`}: ${describeTextMatch(text)}`,
        outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
        expected: `${describeBound(bound, '')} events`,
        actual: `${found.length} of ${events.length} events${first}`,
        path: [index],
        evidence: evidenceFiles.logs,
      };
    });
  },
});
