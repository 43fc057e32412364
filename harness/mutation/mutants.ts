/** Which defects of the catalogue apply to what a project was seen to do, and why others do not. */
import type { TableCodec } from '../scenario/pack-run.ts';
import { CATALOGUE, type DefectForm, isContentChange, suggestionFor } from './catalogue.ts';
import { contentChanges } from './change-content.ts';
import { decodeContent } from './decode-content.ts';
import { stable, unstableLeaves } from './leaves.ts';

/** What was seen at the boundaries of one run, in the order of arrival. */
export interface Observed {
  /** Events by function. */
  events: Map<string, string[]>;
  /** Answers by function. */
  results: Map<string, string[]>;
  /** Contents of objects that functions wrote, by kind of key. */
  objects: Map<string, string[]>;
}

/** One defect at one place of one run. */
export interface Mutant extends DefectForm {
  /** Deployed name of the function, or kind of key. */
  site: string;
  /** The expectation that would notice it. */
  suggestion: string;
  /** Names of leaves that differ between two runs without a defect. */
  unstable: ReadonlySet<string>;
  /** What an earlier run had there, in the order of arrival. */
  earlier: readonly string[];
}

export interface NotApplicable extends Pick<DefectForm, 'defect' | 'boundary' | 'change'> {
  site: string;
  reason: string;
}

export interface MutantsOptions {
  /** Names in the project, by deployed name. */
  names: ReadonlyMap<string, string>;
  tables?: TableCodec | undefined;
  /** Why the order of rows of an object means nothing, by kind of key: the scenario says so. */
  unordered?(site: string): string | undefined;
}

/** The whole catalogue at every place, from what two runs without a defect have shown. */
export function mutantsOf(
  first: Observed,
  second: Observed,
  options: MutantsOptions,
): { mutants: Mutant[]; notApplicable: NotApplicable[] } {
  const mutants: Mutant[] = [];
  const notApplicable: NotApplicable[] = [];
  for (const form of CATALOGUE) {
    for (const [site, seen] of sitesOf(first, form)) {
      const again = sitesOf(second, form).get(site) ?? [];
      const name = options.names.get(site) ?? site;
      const unstable =
        form.boundary === 'platform' ? new Set<string>() : unstableIn(seen, again, options.tables);
      const reason = whyNot(form, site, { seen, earlier: again, unstable }, options);
      if (reason !== undefined) {
        const { defect, boundary, change } = form;
        notApplicable.push({ defect, boundary, change, site, reason });
        continue;
      }
      mutants.push({
        ...form,
        description: `${name} ${form.description}`,
        site,
        suggestion: suggestionFor(form, name),
        unstable,
        earlier: again,
      });
    }
  }
  return { mutants, notApplicable };
}

const sitesOf = (observed: Observed, { boundary }: DefectForm): Map<string, string[]> =>
  boundary === 'result' ? observed.results : boundary === 'object' ? observed.objects : observed.events;

interface Seen {
  seen: readonly string[];
  earlier: readonly string[];
  unstable: ReadonlySet<string>;
}

function whyNot(
  form: DefectForm,
  site: string,
  { seen, earlier, unstable }: Seen,
  { tables, unordered }: MutantsOptions,
): string | undefined {
  const { change, boundary, unless } = form;
  if (boundary === 'platform') return undefined;
  if (change === 'drop')
    return boundary === 'result' && seen.every((text) => text === 'null') ? unless : undefined;
  if (change === 'duplicate' || change === 'contentType') return undefined;
  if ((change === 'previous' || change === 'swap') && isOneItem(seen, unstable, tables)) return unless;
  if (change === 'reorder') {
    const meaningless = unordered?.(site);
    if (meaningless !== undefined) return meaningless;
    const columns = decodeContent(seen[0]!, tables)?.identifiedBy;
    if (columns) return `${columns.join(' and ')} identify its rows, so their order means nothing`;
  }
  if (!isContentChange(change)) return undefined;
  const applies = seen.some((text, index) => {
    const before = seen.slice(0, index).filter((one) => one !== text);
    const context = { other: before[0], first: seen[0], earlier: earlier[index], unstable, tables };
    return contentChanges[change](text, context) !== undefined;
  });
  return applies
    ? undefined
    : decodeContent(seen[0]!, tables) || change === 'stale'
      ? unless
      : `${unless}: its format is not known`;
}

/** Leaves that differ from the most alike of the second run: the order of arrival need not be the same. */
function unstableIn(
  seen: readonly string[],
  again: readonly string[],
  tables: TableCodec | undefined,
): Set<string> {
  const others = again.flatMap((text) => decodeContent(text, tables) ?? []);
  return new Set(
    seen.flatMap((text) => {
      const decoded = decodeContent(text, tables);
      if (!decoded) return [];
      const differences = others.map((other) => unstableLeaves(decoded.value, other.value));
      const least = differences.reduce(
        (a, b) => (b.size < a.size ? b : a),
        differences[0] ?? new Set<string>(),
      );
      return [...least];
    }),
  );
}

/** Contents that differ in nothing but what differs from run to run anyway. */
function isOneItem(
  seen: readonly string[],
  unstable: ReadonlySet<string>,
  tables: TableCodec | undefined,
): boolean {
  const known = new Set(
    seen.map((text) => {
      const decoded = decodeContent(text, tables);
      return decoded ? JSON.stringify(stable(decoded.value, unstable)) : text;
    }),
  );
  return known.size < 2;
}
