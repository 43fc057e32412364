/** From zod's issues to sentences with a place in the file, allowed values and the nearest name. */
import type { z } from 'zod';
import { nearestName } from '../core/nearest-name.ts';
import type { Diagnostic } from './diagnostics.ts';
import { type DocumentSource, distinct, fieldName, type Path } from './source.ts';

type Issue = z.core.$ZodIssue;

/** Diagnostics for all issues; `prefix` is the path of the part that was parsed. */
export function diagnosticsOf(
  issues: readonly Issue[],
  schema: z.ZodType,
  source: DocumentSource,
  prefix: Path = [],
): Diagnostic[] {
  // What a group lacks because its field is misspelt follows from that, and would only hide it.
  const misspelt = issues.filter(({ code }) => code === 'unrecognized_keys');
  const telling = issues.filter(
    (issue) => issue.code !== 'custom' || !misspelt.some(({ path }) => beginsWith(path, issue.path)),
  );
  return distinct(telling.flatMap((issue) => diagnosticsOfIssue(issue, schema, source, prefix)));
}

function diagnosticsOfIssue(
  issue: Issue,
  schema: z.ZodType,
  source: DocumentSource,
  prefix: Path,
): Diagnostic[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  const name = fieldName(path) || 'the file';
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path);
    return issue.keys.map((key) =>
      source.diagnose([...path, key], `${fieldName([...path, key])} is not a known field`, {
        hint: hintFor(key, known, 'Fields here'),
      }),
    );
  }
  if (issue.code === 'invalid_union')
    return [unionDiagnostic(issue, source, path, name, fieldsAt(schema, issue.path))];
  if (isMissing(issue)) {
    const last = path.at(-1);
    const owner = fieldName(path.slice(0, -1)) || 'the file';
    return [source.diagnose(path.slice(0, -1), `${owner} needs the field "${String(last)}"`)];
  }
  const { message, hint } = sentenceFor(issue, name);
  return [source.diagnose(path, message, { at: 'value', ...(hint ? { hint } : {}) })];
}

const beginsWith = (path: readonly PropertyKey[], start: readonly PropertyKey[]) =>
  start.every((part, index) => path[index] === part);

const isMissing = (issue: Issue) =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined;

function sentenceFor(issue: Issue, name: string): { message: string; hint?: string } {
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const given = String(issue.input);
    if (allowed.length === 1) return { message: `${name} must be ${allowed[0]}, not ${given}` };
    return { message: `${name} cannot be ${given}`, hint: hintFor(given, allowed, 'Allowed values') };
  }
  if (issue.code === 'invalid_type') {
    return { message: `${name} must be ${article(issue.expected)}, not ${describe(issue.input)}` };
  }
  if (issue.code === 'too_small') return { message: `${name} must be at least ${issue.minimum}` };
  if (issue.code === 'too_big') return { message: `${name} must be at most ${issue.maximum}` };
  if (issue.code === 'custom')
    return { message: issue.message.startsWith(name) ? issue.message : `${name}: ${issue.message}` };
  return { message: `${name}: ${issue.message}` };
}

/** Of a union's branches, the one that went furthest says what is wrong; failing that, what is possible. */
function unionDiagnostic(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  source: DocumentSource,
  path: Path,
  name: string,
  known: readonly string[],
): Diagnostic {
  const branches = issue.errors.flat();
  const deep = branches.find((branch) => branch.code !== 'invalid_type' && branch.code !== 'invalid_value');
  if (deep?.code === 'unrecognized_keys') {
    const key = deep.keys[0]!;
    const at = [...path, ...deep.path.map(String), key];
    return source.diagnose(at, `${fieldName(at)} is not a known field`, {
      ...(deep.path.length === 0 && known.length > 0 ? { hint: hintFor(key, known, 'Fields here') } : {}),
    });
  }
  if (deep) {
    const at = [...path, ...deep.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    return source.diagnose(at, sentenceFor(deep, fieldName(at)).message, { at: 'value' });
  }
  const expected = branches.flatMap((branch) =>
    branch.code === 'invalid_type' ? [article(branch.expected)] : [],
  );
  const options = [...new Set(expected)].join(' or ') || 'something else';
  return source.diagnose(path, `${name} must be ${options}, not ${describe(issue.input)}`, { at: 'value' });
}

function hintFor(given: string, known: readonly string[], label: string): string {
  const near = nearestName(given, known);
  const list = known.length > 0 ? `${label}: ${known.join(', ')}.` : '';
  return [near ? `Did you mean "${near}"?` : '', list].filter((text) => text !== '').join(' ');
}

/** Names of the fields of the object at `path` in the schema. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const part of path) {
    const inner = unwrap(current) as { shape?: Record<string, unknown>; _zod?: { def?: Def } };
    current = inner?.shape?.[String(part)] ?? inner?._zod?.def?.element ?? inner?._zod?.def?.valueType;
  }
  return fieldsOf(unwrap(current));
}

/** Of a union the fields of all its groups, of a record with known keys those. */
function fieldsOf(schema: unknown): string[] {
  const known = schema as { shape?: Record<string, unknown>; _zod?: { def?: Def } } | undefined;
  const def = known?._zod?.def;
  if (def?.options) return [...new Set(def.options.flatMap((one) => fieldsOf(unwrap(one))))];
  const keys = (def?.keyType as { options?: string[] } | undefined)?.options;
  return keys ?? Object.keys(known?.shape ?? {});
}

interface Def {
  innerType?: unknown;
  in?: unknown;
  element?: unknown;
  valueType?: unknown;
  keyType?: unknown;
  options?: unknown[];
}

/** The schema below `.optional()`, `.default()`, `.transform()`. */
function unwrap(schema: unknown): unknown {
  let current = schema as { _zod?: { def?: Def } } | undefined;
  for (;;) {
    const def: Def | undefined = current?._zod?.def;
    const inner = def?.innerType ?? def?.in;
    if (!inner) return current;
    current = inner as typeof current;
  }
}

const NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};
const article = (type: string) => NAMES[type] ?? type;

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  return typeof value === 'string' ? `the text "${value}"` : String(value);
}
