/**
 * JSON Schema for what scenarios ask of objects: draft 2020-12, or 2019-09 and draft-07 where `$schema` says so.
 * Strict: a keyword that does not exist is a mistake, for it would check nothing.
 * Source: https://json-schema.org/specification
 */
import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { nearestName } from '../core/nearest-name.ts';

/** A schema that is none, and the JSON pointer of what is wrong in it; empty for the whole. */
export class SchemaMistake extends Error {
  readonly pointer: string;
  constructor(message: string, pointer: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** What is wrong with a value. */
export interface SchemaIssue {
  /** JSON pointer into the value (RFC 6901); empty for the whole. */
  pointer: string;
  message: string;
}

/** Reads only what is asked for: a run without schemas does not wait for their validator. */
const load = createRequire(import.meta.url);

const DRAFTS: readonly (readonly [RegExp, string])[] = [
  [/draft-0[67]/, 'ajv'],
  [/2019-09/, 'ajv/dist/2019.js'],
  [/2020-12/, 'ajv/dist/2020.js'],
];

/** What is wrong with a value by a schema; all of it, in the order of the schema. @throws SchemaMistake */
export function schemaCheck(schema: Json): (value: unknown) => SchemaIssue[] {
  if (!isJsonObject(schema) && typeof schema !== 'boolean') {
    throw new SchemaMistake('a JSON Schema is a group of keywords, or true or false', '');
  }
  const ajv = validatorFor(isJsonObject(schema) ? schema : {});
  if (ajv.validateSchema(schema) !== true) throw mistakeIn(ajv.errors ?? []);
  const validate = compiled(ajv, schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(issueOf));
}

/** By module: what compiles the drafts' own schemas is made once. */
const validators = new Map<string, Ajv>();

function validatorFor({ $schema }: JsonObject): Ajv {
  const draft =
    $schema === undefined ? DRAFTS.at(-1) : DRAFTS.find(([pattern]) => pattern.test(String($schema)));
  if (!draft) {
    throw new SchemaMistake(
      `the dialect ${String($schema)} is not known; known are draft-07, 2019-09 and 2020-12`,
      '/$schema',
    );
  }
  const known = validators.get(draft[1]);
  if (known) return known;
  const { default: Validator } = load(draft[1]) as { default: typeof Ajv };
  const { default: addFormats } = load('ajv-formats') as { default: (ajv: Ajv) => void };
  const ajv = new Validator({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
    // Schemas of several scenarios may carry the same `$id`.
    addUsedSchema: false,
  });
  addFormats(ajv);
  validators.set(draft[1], ajv);
  return ajv;
}

function compiled(ajv: Ajv, schema: JsonObject | boolean): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    const { message } = error as Error;
    const keyword = /unknown keyword: "(.+)"/.exec(message)?.[1];
    if (keyword === undefined) throw new SchemaMistake(message, '');
    const near = nearestName(keyword, Object.keys(ajv.RULES.all));
    const hint = near ? `; did you mean "${near}"?` : '';
    throw new SchemaMistake(`"${keyword}" is no keyword of JSON Schema${hint}`, pointerTo(schema, keyword));
  }
}

/** Of the errors of a schema against its own schema, the deepest: those above it follow. */
function mistakeIn(errors: readonly ErrorObject[]): SchemaMistake {
  const deepest = errors.reduce((a, b) => (depthOf(b) > depthOf(a) ? b : a), errors[0]!);
  return new SchemaMistake(issueOf(deepest).message, deepest.instancePath);
}

const depthOf = ({ instancePath }: ErrorObject) => instancePath.split('/').length;

function issueOf({ instancePath, message = 'is wrong', params, keyword }: ErrorObject): SchemaIssue {
  return { pointer: instancePath, message: `${message}${detailOf(keyword, params as JsonObject)}` };
}

function detailOf(keyword: string, params: JsonObject): string {
  if (keyword === 'enum')
    return `: ${(params['allowedValues'] as Json[]).map((one) => JSON.stringify(one)).join(', ')}`;
  if (keyword === 'const') return `: ${JSON.stringify(params['allowedValue'])}`;
  if (keyword === 'additionalProperties') return `: ${String(params['additionalProperty'])}`;
  if (keyword === 'unevaluatedProperties') return `: ${String(params['unevaluatedProperty'])}`;
  return '';
}

/** Where a keyword stands; the first place of it. */
function pointerTo(value: Json, keyword: string, at = ''): string {
  const entries = Array.isArray(value)
    ? value.map((item, index): [string, Json] => [String(index), item])
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of entries) {
    const here = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key === keyword) return here;
    const deeper = pointerTo(item, keyword, here);
    if (deeper !== '') return deeper;
  }
  return '';
}

/** The parts of a JSON pointer. */
export function pointerParts(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
