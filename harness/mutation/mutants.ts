/** The catalogue of defects, and which of them apply to what a project was seen to do. */

import { type ContentChange, contentChanges, unstableLeaves } from './change-content.ts';

/** What was seen at one boundary, in the order of arrival. */
export interface Observed {
  payloads: Map<string, string[]>;
  results: Map<string, string[]>;
  /** By pattern of the key: contents in the order of the keys. */
  objects: Map<string, string[]>;
}

/** One defect at one place of one run. */
export interface Mutant {
  boundary: 'payload' | 'result' | 'object' | 'platform';
  /** Function, or kind of key. */
  site: string;
  change: ContentChange | 'drop' | 'slow' | 'leak' | 'handledError';
  /** What a function with this defect does. */
  description: string;
  /** The expectation that would notice it. */
  suggestion: string;
  unstable: ReadonlySet<string>;
}

const OF_RESULTS: Readonly<Partial<Record<Mutant['change'], string>>> = {
  drop: 'answers nothing',
  swap: 'answers what another invocation answered',
  wrongCount: 'answers a count that is one too high',
  rescale: 'answers a number 1.5 times as high',
};

const OF_OBJECTS: Readonly<Partial<Record<Mutant['change'], string>>> = {
  drop: 'loses an object',
  truncate: 'writes half of an object',
  swap: "writes another item's content",
  dropRow: 'drops the last row',
  duplicateRow: 'writes the last row twice',
  swapRows: 'exchanges a field of two rows',
  wrongCount: 'writes a count that is one too high',
  rescale: 'writes a number 1.5 times as high',
  nan: 'writes a value that is no number',
};

const OF_PLATFORM: Readonly<Partial<Record<Mutant['change'], [description: string, suggestion: string]>>> = {
  slow: ['takes 20 times as long and a minute', 'thresholds: { max(function.SITE.duration): { lt: 30 s } }'],
  leak: [
    'uses all of its memory',
    'thresholds: { max(function.SITE.memory): { lt: 90 % of its memory in MB } }',
  ],
  handledError: ['fails once, and a retry or a Catch hides it', 'thresholds: { errorRate: { eq: 0 % } }'],
};

/** Every defect that changes something in this project, from what two runs without a defect have shown. */
export function mutantsOf(first: Observed, second: Observed, names: ReadonlyMap<string, string>): Mutant[] {
  const mutants: Mutant[] = [];
  const nameOf = (site: string) => names.get(site) ?? site;
  for (const [site, seen] of first.payloads) {
    const name = nameOf(site);
    if (new Set(seen).size > 1)
      mutants.push(
        mutant(
          'payload',
          site,
          'swap',
          `${name} works on another invocation's item`,
          'expect: { complete: ... }, with a key that each result takes from its item',
        ),
      );
    for (const [change, [description, suggestion]] of Object.entries(OF_PLATFORM))
      mutants.push(
        mutant(
          'platform',
          site,
          change as Mutant['change'],
          `${name} ${description}`,
          suggestion.replace('SITE', name),
        ),
      );
  }
  for (const [site, seen] of first.results)
    mutants.push(
      ...ofContent('result', site, seen, second.results.get(site) ?? [], OF_RESULTS, nameOf(site)),
    );
  for (const [site, seen] of first.objects)
    mutants.push(...ofContent('object', site, seen, second.objects.get(site) ?? [], OF_OBJECTS, site));
  return mutants;
}

function ofContent(
  boundary: 'result' | 'object',
  site: string,
  seen: readonly string[],
  again: readonly string[],
  defects: Readonly<Partial<Record<Mutant['change'], string>>>,
  name: string,
): Mutant[] {
  const unstable = new Set(seen.flatMap((text) => [...leastDifference(text, again)]));
  return Object.entries(defects).flatMap(([change, description]) => {
    const applies =
      change === 'drop'
        ? seen[0] !== 'null'
        : seen.some((text, index) => {
            const other = seen.slice(0, index).find((one) => one !== text);
            return contentChanges[change as ContentChange](text, { other, unstable }) !== undefined;
          });
    if (!applies || (change === 'swap' && isNoise(seen, unstable))) return [];
    const what = boundary === 'result' ? `${name} ${description}` : `a function ${description}: ${name}`;
    return [
      { ...mutant(boundary, site, change as Mutant['change'], what, suggest(boundary, name)), unstable },
    ];
  });
}

/** Leaves that differ from the most alike of the second run: the runs' order is not the same. */
function leastDifference(text: string, again: readonly string[]): Set<string> {
  const differences = again.map((other) => unstableLeaves(text, other));
  return differences.reduce(
    (least, one) => (one.size < least.size ? one : least),
    differences[0] ?? new Set(),
  );
}

/** Contents that differ in nothing but what differs from run to run anyway. */
const isNoise = (seen: readonly string[], unstable: ReadonlySet<string>) =>
  seen.every((text) => [...unstableLeaves(seen[0]!, text)].every((leaf) => unstable.has(leaf)));

const suggest = (boundary: 'result' | 'object', site: string) =>
  boundary === 'result'
    ? `expect: { output: ... } or { jsonata: [...] } about what becomes of the answer of ${site}`
    : `expect: { objects: [{ key: "${site.replace(/^s3:\/\/[^/]+\//, '')}", count: ..., that: ..., schema: ... }] } or { complete: ... }`;

function mutant(
  boundary: Mutant['boundary'],
  site: string,
  change: Mutant['change'],
  description: string,
  suggestion: string,
): Mutant {
  return { boundary, site, change, description, suggestion, unstable: new Set() };
}
