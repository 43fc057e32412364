/**
 * A format's reference page as Markdown, from the same schema that validates: every field with its values, its
 * default and its meaning.
 */
import type { SchemaNode } from './json-schema.ts';

/** One field as the page tells it. */
interface FieldRow {
  /** `expect.objects[].key`; names in capitals stand for names of one's own. */
  path: string;
  values: string;
  default: string;
  meaning: string;
}

interface FieldSection {
  title: string;
  meaning: string;
  rows: FieldRow[];
}

/** What a reference page describes. */
export interface DescribedFormat {
  /** Title of the first section, such as `A scenario`. */
  title: string;
  /** The format's schema, with `keys` marks. */
  root: SchemaNode;
  /** Fields whose own fields get a section each. */
  split?: readonly string[];
}

/** The whole format, section by section. */
export function fieldSections({ title, root, split = [] }: DescribedFormat): FieldSection[] {
  const top = fieldsOf(root).map(([name, node, required]) => ({
    name,
    row: rowOf(name, node, required),
    below: rowsBelow(node, name),
  }));
  const sections: FieldSection[] = [
    { title, meaning: '', rows: top.map(({ row }) => row) },
    ...top.flatMap(({ name, row, below }) => sectionsOf(name, row.meaning, below, split.includes(name))),
  ];
  const types = Object.entries((root['$defs'] ?? {}) as Record<string, SchemaNode>);
  for (const [name, node] of types) {
    if (isAnyJson(name)) continue;
    const rows = rowsBelow(node, '');
    sections.push({
      title: typeTitle(name),
      meaning: [describe(node), rows.length > 0 ? '' : valuesOf(node)]
        .filter((text) => text !== '')
        .join('; '),
      rows,
    });
  }
  return sections;
}

/** The page, headings of level three. */
export function renderFieldReference(format: DescribedFormat): string {
  const lines: string[] = [];
  for (const { title, meaning, rows } of fieldSections(format)) {
    lines.push(`### ${title}`, '');
    if (meaning !== '') lines.push(sentence(meaning), '');
    if (rows.length === 0) continue;
    lines.push('| field | values | default | meaning |', '|---|---|---|---|');
    for (const row of rows) {
      const cells = [`\`${row.path}\``, row.values, row.default, row.meaning];
      lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function sectionsOf(name: string, meaning: string, rows: FieldRow[], isSplit: boolean): FieldSection[] {
  if (rows.length === 0) return [];
  if (!isSplit) return [{ title: `\`${name}\``, meaning, rows }];
  const depth = name.length + 1;
  const isOwn = ({ path }: FieldRow) => /^[a-zA-Z]+$/.test(path.slice(depth));
  const own = rows.filter(isOwn);
  return [
    { title: `\`${name}\``, meaning, rows: own },
    ...own.flatMap(({ path, meaning: ofField }) => {
      const below = rows.filter((row) => row.path !== path && /^[.[]/.test(after(row.path, path)));
      return below.length === 0 ? [] : [{ title: `\`${path}\``, meaning: ofField, rows: below }];
    }),
  ];
}

/** What follows `start` in `path`; empty where it begins otherwise. */
const after = (path: string, start: string) => (path.startsWith(start) ? path.slice(start.length) : '');

function rowOf(path: string, node: SchemaNode, required: boolean): FieldRow {
  return {
    path,
    values: valuesOf(node, path),
    default: node['default'] === undefined ? (required ? 'required' : '') : defaultOf(node['default']),
    meaning: describe(node),
  };
}

function defaultOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return ['', '{}', '[]'].includes(text) ? 'none' : `\`${text}\``;
}

/** Rows of everything below a field: members, entries of lists, branches of unions; each path once. */
function rowsBelow(node: SchemaNode, path: string): FieldRow[] {
  const rows: FieldRow[] = [];
  const dot = path === '' ? '' : `${path}.`;
  for (const [name, child, required] of fieldsOf(node)) {
    rows.push(rowOf(`${dot}${name}`, child, required), ...rowsBelow(child, `${dot}${name}`));
  }
  const items = nodeIn(node, 'items');
  if (items) rows.push(...rowsBelow(items, `${path}[]`));
  const values = nodeIn(node, 'additionalProperties');
  if (values) {
    const named = `${dot}${keysOf(node)}`;
    const below = rowsBelow(values, named);
    // What a value is has been told with the field, unless it says more about itself.
    if (describe(values) !== '') rows.push(rowOf(named, values, false));
    rows.push(...below);
  }
  const branches = branchesOf(node);
  const groups = branches.filter((branch) => branch['properties'] !== undefined).length;
  for (const branch of branches) {
    // Of several groups one has the field and another has not; the meaning says so.
    const below = rowsBelow(branch, path);
    rows.push(
      ...(groups > 1
        ? below.map((row) => ({ ...row, default: row.default.replace('required', '') }))
        : below),
    );
  }
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.path) && seen.add(row.path));
}

function fieldsOf(node: SchemaNode): [string, SchemaNode, boolean][] {
  const required = (node['required'] ?? []) as string[];
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, SchemaNode>);
  return properties.map(([name, child]) => [name, child, required.includes(name)]);
}

const describe = (node: SchemaNode) => (typeof node['description'] === 'string' ? node['description'] : '');

/** What stands for names of one's own, or the names there are. */
const keysOf = (node: SchemaNode) => String(node['keys'] ?? 'NAME');

const branchesOf = (node: SchemaNode) => (node['anyOf'] ?? node['oneOf'] ?? []) as SchemaNode[];

function nodeIn(node: SchemaNode, keyword: string): SchemaNode | undefined {
  const child = node[keyword];
  return typeof child === 'object' && child !== null ? (child as SchemaNode) : undefined;
}

/** What may stand there, in a few words; numbers with the unit that the field's name ends in. */
function valuesOf(node: SchemaNode, path = ''): string {
  const reference = node['$ref'];
  if (typeof reference === 'string') return typeLink(reference.slice(reference.lastIndexOf('/') + 1));
  const choices = (node['enum'] ?? (node['const'] === undefined ? undefined : [node['const']])) as
    | unknown[]
    | undefined;
  if (choices) return choices.map((one) => `\`${String(one)}\``).join(', ');
  const branches = branchesOf(node);
  if (branches.length > 0) return [...new Set(branches.map((one) => valuesOf(one, path)))].join(', or ');
  const { type } = node;
  if (Array.isArray(type)) return type.map((one) => valuesOf({ ...node, type: one }, path)).join(', or ');
  switch (type) {
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'number':
    case 'integer':
      return numbersOf(node, path);
    case 'array': {
      const of = valuesOf(nodeIn(node, 'items') ?? {});
      return of === 'fields' ? 'list of fields' : `list of: ${of}`;
    }
    case 'object':
      return objectsOf(node);
    default:
      return 'any value';
  }
}

function objectsOf(node: SchemaNode): string {
  const values = nodeIn(node, 'additionalProperties');
  if (!values) return 'fields';
  const names = nodeIn(node, 'propertyNames')?.['enum'] as string[] | undefined;
  const own = fieldsOf(node).map(([name]) => name);
  const keys = [keysOf(node), ...own].map((name) => `\`${name}\``).join(', ');
  const known = names && names.length <= 6 ? ` (${names.map((name) => `\`${name}\``).join(', ')})` : '';
  const of = valuesOf(values);
  return `fields ${keys}${known}${of === 'fields' ? '' : `, each: ${of}`}`;
}

/** By the end of a name that has a unit; `...Per10Seconds` is a rate. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Per\d*Seconds?$/, ''],
  [/Seconds$/, 's'],
  [/Ms$/, 'ms'],
  [/Days$/, 'days'],
  [/MB$/, 'MB'],
  [/GB$/, 'GB'],
  [/Bytes$/, 'bytes'],
];

function numbersOf(node: SchemaNode, path: string): string {
  const bound = (keyword: string) => {
    const value = node[keyword];
    return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  };
  const show = (value: number) => value.toLocaleString('en-US');
  const [least, most, above] = [bound('minimum'), bound('maximum'), bound('exclusiveMinimum')];
  const what = node['type'] === 'integer' ? 'whole number' : 'number';
  const known = UNITS.find(([ending]) => ending.test(path))?.[1];
  const unit = known ? ` (${known})` : '';
  if (least !== undefined && most !== undefined) return `${what}, ${show(least)} to ${show(most)}${unit}`;
  if (least !== undefined) return `${what} from ${show(least)}${unit}`;
  return above === undefined ? `${what}${unit}` : `${what} above ${show(above)}${unit}`;
}

const typeTitle = (name: string) => `Type: ${name}`;
/** As GitHub and most renderers make an anchor of the heading. */
const typeLink = (name: string) => (isAnyJson(name) ? 'any value' : `[${name}](#type-${name})`);
/** zod names the recursion within JSON itself. */
const isAnyJson = (name: string) => name === 'json' || name.startsWith('__schema');

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
