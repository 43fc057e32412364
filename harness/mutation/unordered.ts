/** Where a scenario says that the order of rows means nothing: `complete` finds them by their keys. */
import { keyPattern } from '../record/key-pattern.ts';
import type { Scenario } from '../scenario/schema.ts';

/** Why the order of the rows of a kind of objects means nothing; `undefined` where it may mean something. */
export function unorderedBy({
  expect: { complete },
}: Pick<Scenario, 'expect'>): (site: string) => string | undefined {
  const results = typeof complete === 'object' ? complete.results : undefined;
  const uri = results?.objects ?? results?.csv ?? results?.jsonl;
  if (uri === undefined) return () => undefined;
  const pattern = keyPattern(uri);
  // A kind has `*` where keys have numbers and ids.
  return (site) =>
    pattern.test(site.replaceAll('*', '0')) || pattern.test(site)
      ? 'the scenario finds its rows by their keys (`complete`), so their order means nothing'
      : undefined;
}
