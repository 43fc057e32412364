import { z } from 'zod';
import { PackParts } from '../core/pack-parts.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { ItemsRecord, RunRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { itemsSchema, resultsSchema } from './complete-sources.ts';
import { jsonataExpression } from './jsonata.ts';
import { showList } from './show.ts';

/** What a pack knows to be the items and results of its datasets. */
export interface Completeness {
  /** What one item is called, in messages: `partition`. */
  item: string;
  /** Items and results by key; `undefined` where the run has no dataset of the pack. */
  pairs(record: RunRecord): ItemsRecord | undefined;
  /** What is judged beside it. */
  also?(record: RunRecord): Verdict[];
}

export const packCompleteness = new PackParts<Completeness>();

/** Each item has exactly one result, with its own data: nothing lost, nothing twice, nothing that was not asked for. */
export const complete = defineAssertion({
  name: 'complete',
  schema: z.union([
    z.boolean(),
    z
      .strictObject({
        items: itemsSchema.optional().describe("what there is to do; the dataset's own when left out"),
        results: resultsSchema.optional().describe('what was done'),
        fields: z
          .record(z.string().min(1), jsonataExpression)
          .optional()
          .describe(
            "by member of a result, such as `total` or `sum.net`: JSONata over the item's data that gives its value",
          ),
        changed: z
          .array(z.string().min(1))
          .optional()
          .describe(
            'members that results share with items by name, but not by value: those that are equal in most results must otherwise be equal in all',
          ),
        lost: z
          .array(z.union([z.int().positive(), z.string().min(1)]))
          .optional()
          .describe(
            'items that are lost on purpose, by key, or counted from 1: exactly these have no result',
          ),
      })
      .refine(({ items, results }) => (items === undefined) === (results === undefined), {
        message: '"items" and "results" belong together',
      })
      .refine(({ items, fields, changed }) => items !== undefined || (fields ?? changed) === undefined, {
        message: '"fields" and "changed" are about named "items" and "results"',
      }),
  ]),
  evaluate(expected, { record }) {
    if (expected === false) return [];
    const lost = expected === true ? [] : (expected.lost ?? []);
    const named = expected !== true && expected.items !== undefined;
    const pack = named ? undefined : packCompleteness.of(record.pack);
    const pairs = named ? record.items : (record.items ?? pack?.pairs(record));
    const also = pack?.also?.(record) ?? [];
    return [judgePairs(pairs, lost, pack?.item ?? 'item'), ...also];
  },
});

/** True of a run whose pack knows its items: `complete` is asked of it unless the scenario says otherwise. */
export const knowsItems = ({ record }: Evidence): boolean =>
  packCompleteness.of(record.pack)?.pairs(record) !== undefined;

function judgePairs(
  pairs: ItemsRecord | undefined,
  lostOnPurpose: readonly (number | string)[],
  item: string,
): Verdict {
  const common = { name: `every ${item} has exactly one result`, path: [], evidence: evidenceFiles.items };
  if (!pairs) {
    return {
      ...common,
      outcome: 'failed',
      expected: `one result for each ${item}`,
      actual: 'no items are known',
    };
  }
  const { items, results } = pairs;
  const found = new Map<string, number>();
  for (const key of results) found.set(key, (found.get(key) ?? 0) + 1);
  const keys = new Set(items);
  const spared = new Set(
    lostOnPurpose.map((one) => (typeof one === 'number' ? (items[one - 1] ?? `item ${one}`) : one)),
  );
  const seen = new Set<string>();
  const repeated = items.filter((key) => seen.has(key) || !seen.add(key));
  const lost = [...keys].filter((key) => !found.has(key) && !spared.has(key));
  const notLost = [...spared].filter((key) => found.has(key));
  const noItem = [...spared].filter((key) => !keys.has(key));
  const twice = [...found].filter(([, count]) => count > 1).map(([key, count]) => `${key} (${count} times)`);
  const unknown = [...found.keys()].filter((key) => !keys.has(key));
  const told = (list: readonly string[], what: string) =>
    list.length === 0 ? [] : [`${list.length} ${what}: ${showList(list)}`];
  const problems = [
    ...told(lost, 'missing'),
    ...told(notLost, 'not missing, as was expected'),
    ...told(noItem, `expected to be missing, but no ${item}`),
    ...told(twice, 'duplicated'),
    ...told(unknown, 'unknown'),
    ...told(repeated, `named twice among the ${item}s`),
    ...(pairs.problems ?? []),
  ];
  const but = spared.size === 0 ? '' : ` but ${showList([...spared])}`;
  return {
    ...common,
    outcome: problems.length === 0 && items.length > 0 ? 'passed' : 'failed',
    expected: `one result for each of ${items.length} ${item}s${but}`,
    actual:
      problems.length > 0
        ? problems.join('; ')
        : items.length === 0
          ? `there are no ${item}s`
          : `${found.size} ${item}s with one result each`,
  };
}
