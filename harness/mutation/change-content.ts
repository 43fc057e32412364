/** Changes of content as a faulty function would make them. Pure: text in, text out; `undefined` where none applies. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { TableCodec } from '../scenario/pack-run.ts';
import { type Decoded, decodeContent, isText } from './decode-content.ts';
import { type Leaf, leafName, leavesOf, withLeaf } from './leaves.ts';

interface ContentContext {
  /** Content of another item of the same kind, where there is one. */
  other?: string | undefined;
  /** What the first item of this kind was, where this is a later one. */
  first?: string | undefined;
  /** The content that an earlier run left in the same place. */
  earlier?: string | undefined;
  /** Names of leaves that differ between two runs without a defect: times, ids. */
  unstable: ReadonlySet<string>;
  tables?: TableCodec | undefined;
}

type Change = (text: string, context: ContentContext) => string | undefined;

/** Most names of fields that hold ids: no measures, and no counts. */
const IDENTITY = /(?:^|[_-])(?:id|key|rank|index|code|status)$|[a-z]Id$|statuscode/i;
const COUNT =
  /count|total|num|number|size|samples|rows|items|records|results|orders|files|visits|words|length|quantity|anomalies/i;

export const contentChanges = {
  truncate: (text) => (text.length < 2 ? undefined : text.slice(0, Math.floor(text.length / 2))),
  swap: (text, { other }) => (other === text ? undefined : other),
  stale: (text, { earlier }) => (earlier === text ? undefined : earlier),
  dropRow: onRows((rows) => rows.slice(0, -1), 1),
  duplicateRow: onRows((rows) => [...rows, rows.at(-1)!], 1),
  reorder: onRows((rows) => rows.toReversed(), 2),
  swapRows: exchangeRows,
  offByOne: onColumn((values) => (values.length < 3 ? undefined : [...values.slice(1), values[0]!])),
  constant: (text, context) =>
    onColumn((values) => values.map(() => values[0]!), true)(text, context) ?? asFirst(text, context),
  wrongCount: onNumber(
    Number.isInteger,
    (value) => value + 1,
    (name) => COUNT.test(name),
  ),
  rescale: onNumber(
    (value) => value !== 0 && Number.isFinite(value),
    (value) => value * 1.5,
    (name, value) => !Number.isInteger(value) || !(IDENTITY.test(name) || COUNT.test(name)),
  ),
  nan: (text, context) =>
    onNumber(
      () => true,
      () => Number.NaN,
      (name) => !IDENTITY.test(name),
    )(text, context) ?? notNumbers(text, context),
} as const satisfies Record<string, Change>;

export type ContentChange = keyof typeof contentChanges;

type Rows = { rows: Json[]; render(rows: Json[]): string };

/** The list itself, or the longest list of objects within an object. */
function rowsOf({ value, render }: Decoded): Rows | undefined {
  if (Array.isArray(value)) return { rows: value, render };
  if (!isJsonObject(value)) return undefined;
  const lists = Object.entries(value).filter(
    (entry): entry is [string, Json[]] => Array.isArray(entry[1]) && entry[1].some(isJsonObject),
  );
  const longest = lists.reduce((a, b) => (b[1].length > a[1].length ? b : a), lists[0]!);
  if (!longest) return undefined;
  return { rows: longest[1], render: (rows) => render({ ...value, [longest[0]]: rows }) };
}

function onRows(change: (rows: readonly Json[]) => Json[], least: number): Change {
  return (text, { tables }) => {
    const decoded = decodeContent(text, tables);
    const found = decoded && rowsOf(decoded);
    if (!found || found.rows.length < least) return undefined;
    return differing(text, found.render(change(found.rows)));
  };
}

/** Rows that are objects, and the names of fields that differ between them but not between runs. */
function tableOf(text: string, { unstable, tables }: ContentContext) {
  const decoded = decodeContent(text, tables);
  const found = decoded && rowsOf(decoded);
  if (!found || found.rows.length < 2 || !found.rows.every(isJsonObject)) return undefined;
  const rows = found.rows as JsonObject[];
  const differ = (name: string) => {
    const values = rows.map((row) => JSON.stringify(row[name] ?? null));
    return values.some((value) => value !== values[0]);
  };
  const varying = Object.keys(rows[0]!).filter(
    (name) => !unstable.has(JSON.stringify(['*', name])) && differ(name),
  );
  return { rows, varying, render: found.render, numbersAreTexts: decoded.numbersAreTexts };
}

/** Changes one field over all rows: the last that differs between them and identifies none. */
function onColumn(change: (values: readonly Json[]) => Json[] | undefined, numbersOnly = false): Change {
  return (text, context) => {
    const table = tableOf(text, context);
    if (!table) return undefined;
    const { rows, varying, render, numbersAreTexts } = table;
    const fitting = varying.filter(
      (name) => !numbersOnly || rows.every((row) => isNumber(row[name], numbersAreTexts)),
    );
    const name = fitting.findLast((one) => !IDENTITY.test(one)) ?? (numbersOnly ? undefined : fitting.at(-1));
    const values = name === undefined ? undefined : change(rows.map((row) => row[name] ?? null));
    if (!values) return undefined;
    return differing(text, render(rows.map((row, index) => ({ ...row, [name!]: values[index]! }))));
  };
}

/** Exchanges the data of the first row and the first that has other data; what identifies a row stays. */
function exchangeRows(text: string, context: ContentContext): string | undefined {
  const table = tableOf(text, context);
  if (!table) return undefined;
  const { rows, varying, render } = table;
  const data = varying.filter((name) => !IDENTITY.test(name));
  const names = data.length > 0 ? data : varying.slice(-1);
  const dataOf = (row: JsonObject) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  const [first] = rows;
  const at = rows.findIndex((row) => JSON.stringify(dataOf(row)) !== JSON.stringify(dataOf(first!)));
  if (at === -1) return undefined;
  const exchanged = rows.map((row, index) =>
    index === 0 ? { ...row, ...dataOf(rows[at]!) } : index === at ? { ...row, ...dataOf(first!) } : row,
  );
  return differing(text, render(exchanged));
}

/** The numbers of the first item in a later one. */
function asFirst(text: string, { first, unstable, tables }: ContentContext): string | undefined {
  const decoded = decodeContent(text, tables);
  const of = first === undefined ? undefined : decodeContent(first, tables);
  if (!decoded || !of || Array.isArray(decoded.value)) return undefined;
  const values = new Map(leavesOf(of.value).map(({ path, value }) => [JSON.stringify(path), value]));
  const measures = measuresOf(decoded, unstable).filter(({ path, value }) => {
    const known = values.get(JSON.stringify(path));
    return known !== undefined && known !== value && !IDENTITY.test(nameOf(path));
  });
  if (measures.length === 0) return undefined;
  const changed = measures.reduce<Json>(
    (value, { path }) => withLeaf(value, path, values.get(JSON.stringify(path))!),
    decoded.value,
  );
  return differing(text, decoded.render(changed));
}

/** Changes one number, a preferred one if there is one. */
function onNumber(
  fits: (value: number) => boolean,
  change: (value: number) => number,
  prefers: (name: string, value: number) => boolean,
): Change {
  return (text, { unstable, tables }) => {
    const decoded = decodeContent(text, tables);
    if (!decoded) return undefined;
    const fitting = measuresOf(decoded, unstable).filter(({ value }) => fits(Number(value)));
    const leaf = fitting.find(({ path, value }) => prefers(nameOf(path), Number(value))) ?? fitting[0];
    if (!leaf) return undefined;
    const changed = change(Number(leaf.value));
    return differing(
      text,
      decoded.render(withLeaf(decoded.value, leaf.path, decoded.numbersAreTexts ? String(changed) : changed)),
    );
  };
}

const measuresOf = (decoded: Decoded, unstable: ReadonlySet<string>): Leaf[] =>
  leavesOf(decoded.value).filter(
    ({ path, value }) => isNumber(value, decoded.numbersAreTexts) && !unstable.has(leafName(path)),
  );

const isNumber = (value: Json | undefined, asText: boolean) =>
  typeof value === 'number' ||
  (asText && typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value));

const nameOf = (path: Leaf['path']): string =>
  String(path.findLast((step) => typeof step === 'string') ?? '');

/** Of binary content of an unknown format: bytes of all ones, which as floats are no numbers. */
function notNumbers(text: string, { tables }: ContentContext): string | undefined {
  if (decodeContent(text, tables) || isText(text)) return undefined;
  const [from, to] = [8 * Math.floor(text.length / 20), 8 * Math.floor((text.length * 3) / 40)];
  return differing(text, text.slice(0, from) + '\xff'.repeat(to - from) + text.slice(to));
}

const differing = (before: string, after: string) => (before === after ? undefined : after);
