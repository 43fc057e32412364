/** Changes of content as a faulty function would write it. Pure: bytes in, bytes out; `undefined` where none applies. */
import { isJsonObject, type Json } from '../core/json.ts';

/** Path of a leaf within a JSON value. */
type Leaf = readonly (string | number)[];

interface ContentContext {
  /** Content of another item of the same kind, where there is one. */
  other?: string | undefined;
  /** Leaves that differ between two runs without a defect, as `JSON.stringify` of their paths: times, ids. */
  unstable: ReadonlySet<string>;
}

type Change = (text: string, context: ContentContext) => string | undefined;

export const contentChanges = {
  truncate: (text) => (text.length < 2 ? undefined : text.slice(0, Math.floor(text.length / 2))),
  swap: (text, { other }) => (other === undefined || other === text ? undefined : other),
  dropRow: (text) => onRows(text, (rows) => rows.slice(0, -1)),
  duplicateRow: (text) => onRows(text, (rows) => [...rows, rows.at(-1)!]),
  swapRows: (text) => onFields(text),
  wrongCount: (text, context) => onNumber(text, context, Number.isInteger, (value) => value + 1),
  rescale: (text, context) =>
    onNumber(
      text,
      context,
      (value) => value !== 0 && !Number.isInteger(value),
      (value) => value * 1.5,
    ),
  nan: (text, context) =>
    onNumber(
      text,
      context,
      () => true,
      () => null,
    ) ?? notNumbers(text),
} as const satisfies Record<string, Change>;

export type ContentChange = keyof typeof contentChanges;

/** Leaves whose values differ between two runs. */
export function unstableLeaves(first: string, second: string): Set<string> {
  const [a, b] = [parsed(first), parsed(second)];
  if (a === undefined || b === undefined) return new Set();
  const values = new Map(leavesOf(b).map(({ path, value }) => [JSON.stringify(path), value]));
  const changed = leavesOf(a).filter(({ path, value }) => values.get(JSON.stringify(path)) !== value);
  return new Set(changed.map(({ path }) => JSON.stringify(path)));
}

function onRows(text: string, change: (rows: readonly Json[]) => Json[]): string | undefined {
  const value = parsed(text);
  if (Array.isArray(value)) return value.length === 0 ? undefined : JSON.stringify(change(value));
  if (value !== undefined || !/^[\x20-\x7e\s]*$/.test(text)) return undefined;
  const lines = text.replace(/\n$/, '').split('\n');
  // The first line may be a header.
  return lines.length < 3 ? undefined : `${[lines[0]!, ...change(lines.slice(1))].join('\n')}\n`;
}

/** Exchanges one field of the first two rows that differ in it. */
function onFields(text: string): string | undefined {
  const rows = parsed(text);
  if (!Array.isArray(rows) || rows.length < 2) return undefined;
  const [first, second] = rows;
  if (!isJsonObject(first!) || !isJsonObject(second!)) return undefined;
  const field = Object.keys(first).findLast(
    (name) => JSON.stringify(first[name]) !== JSON.stringify(second[name]),
  );
  if (field === undefined) return undefined;
  const swapped = [
    { ...first, [field]: second[field] ?? null },
    { ...second, [field]: first[field] ?? null },
    ...rows.slice(2),
  ];
  return JSON.stringify(swapped);
}

function onNumber(
  text: string,
  { unstable }: ContentContext,
  fits: (value: number) => boolean,
  change: (value: number) => Json,
): string | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  const leaf = leavesOf(value).find(
    (one) => typeof one.value === 'number' && fits(one.value) && !unstable.has(JSON.stringify(one.path)),
  );
  return leaf && JSON.stringify(withLeaf(value, leaf.path, change(leaf.value as number)));
}

/** Of binary content: floats and integers of all ones, which as floats are no numbers. */
function notNumbers(text: string): string | undefined {
  if (parsed(text) !== undefined || /^[\x20-\x7e\s]*$/.test(text)) return undefined;
  const at = 8 * Math.floor((text.length * 3) / 32);
  return text.slice(0, at) + '\xff'.repeat(8) + text.slice(at + 8);
}

function leavesOf(value: Json, path: Leaf = []): { path: Leaf; value: Json }[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => leavesOf(one, [...path, index]));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
  return [{ path, value }];
}

function withLeaf(value: Json, [step, ...rest]: Leaf, leaf: Json): Json {
  if (step === undefined) return leaf;
  if (Array.isArray(value))
    return value.map((one, index) => (index === step ? withLeaf(one, rest, leaf) : one));
  return { ...(value as object), [step]: withLeaf((value as { [name: string]: Json })[step]!, rest, leaf) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
