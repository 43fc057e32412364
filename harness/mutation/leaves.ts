/** Leaves of a JSON value: where they are, which of them differ from run to run, and how one is replaced. */
import { isJsonObject, type Json } from '../core/json.ts';

export type LeafPath = readonly (string | number)[];

export interface Leaf {
  path: LeafPath;
  value: Json;
}

export function leavesOf(value: Json, path: LeafPath = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => leavesOf(one, [...path, index]));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
  return [{ path, value }];
}

export function withLeaf(value: Json, [step, ...rest]: LeafPath, leaf: Json): Json {
  if (step === undefined) return leaf;
  if (Array.isArray(value))
    return value.map((one, index) => (index === step ? withLeaf(one, rest, leaf) : one));
  return { ...(value as object), [step]: withLeaf((value as { [name: string]: Json })[step]!, rest, leaf) };
}

/** Names a leaf across the rows of a list: `["*","tookMs"]`. */
export const leafName = (path: LeafPath): string =>
  JSON.stringify(path.map((step) => (typeof step === 'number' ? '*' : step)));

/** Names of leaves whose values differ between two values. */
export function unstableLeaves(first: Json, second: Json): Set<string> {
  const values = new Map(leavesOf(second).map(({ path, value }) => [JSON.stringify(path), value]));
  const changed = leavesOf(first).filter(({ path, value }) => values.get(JSON.stringify(path)) !== value);
  return new Set(changed.map(({ path }) => leafName(path)));
}

/** Ids and times of runs within texts, which differ from run to run. */
const OF_RUNS =
  /[\w-]*\d{8}[T-]\d{6}[\w-]*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z?/gi;

/** A text without what belongs to its run alone. */
export const withoutRunIds = (text: string): string => text.replace(OF_RUNS, '*');

/** A value in which unstable leaves are blank, and texts are without what belongs to their run. */
export function stable(value: Json, unstable: ReadonlySet<string>, path: LeafPath = []): Json {
  if (Array.isArray(value)) return value.map((one, index) => stable(one, unstable, [...path, index]));
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, stable(one, unstable, [...path, name])]),
    );
  if (unstable.has(leafName(path))) return '*';
  return typeof value === 'string' ? withoutRunIds(value) : value;
}
