/**
 * Paths of the JSONPath query language: `$`, `$$` (context object) and `$variable`. A path is parsed once and
 * then only walked; the usual path, properties and indices all the way, allocates nothing.
 */

import { isJsonNumber, isJsonObject, type Json, type JsonNumber, memberName } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { parsePathText } from './jsonpath/parse.ts';
import { boundedSelect, PathTooCostly } from './jsonpath/select.ts';
import { isDefinite, normalForm, type Root, type Segment } from './jsonpath/syntax.ts';
import { AslFailure, type Scope } from './scope.ts';

export { PathSyntaxError } from './jsonpath/syntax.ts';

export interface JsonPath {
  readonly text: string;
  readonly root: Root;
  readonly segments: readonly Segment[];
  /** True when the path selects at most one value; else `find` gives an array of all it selects. */
  readonly definite: boolean;
  /** The value, or `undefined` when a definite path leads nowhere. */
  find(scope: Scope): Json | undefined;
}

/** Parses a path; throws PathSyntaxError. */
export function parsePath(text: string): JsonPath {
  const { root, segments } = parsePathText(text);
  const definite = isDefinite(segments);
  const simple = segments.every((segment) => segment.kind === 'property' || segment.kind === 'index');
  const from = rootOf(root);
  const find = (scope: Scope): Json | undefined => {
    const value = from(scope);
    if (value === undefined || segments.length === 0) return value;
    if (simple) return walk(segments, value);
    const found = selected(text, segments, value);
    return definite ? found[0] : found;
  };
  return { text, root, segments, definite, find };
}

function selected(text: string, segments: readonly Segment[], value: Json): Json[] {
  try {
    return boundedSelect(segments, value);
  } catch (error) {
    if (!(error instanceof PathTooCostly)) throw error;
    throw new AslFailure('States.Runtime', `Invalid path '${text}' : The path selects too many values.`);
  }
}

/** True for reference paths: properties and non-negative indices only, as ResultPath needs them. */
export function isReferencePath(path: JsonPath): boolean {
  return path.segments.every(
    (segment) => segment.kind === 'property' || (segment.kind === 'index' && segment.index >= 0),
  );
}

/**
 * Why a definite path found nothing, in the words of Jayway JsonPath that AWS passes on, e.g.
 * `No results for path: $['a']` for the last property and `Missing property in path $['a']` for an earlier one.
 */
export function explainMissing(path: JsonPath, scope: Scope): string {
  let value = rootOf(path.root)(scope);
  const { segments } = path;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    const here = normalForm(segments.slice(0, i));
    if (segment.kind === 'property' && value !== undefined && !isJsonObject(value)) {
      return (
        `Expected to find an object with property ['${memberName(segment.name)}'] in path ${here} but found ` +
        `'${javaClassOf(value)}'. This is not a json object according to the JsonProvider: ` +
        `'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`
      );
    }
    if (segment.kind === 'index' && value !== undefined && !Array.isArray(value)) {
      return `Filter: [${segment.index}] can only be applied to arrays. Current context is: ${printJson(value)}`;
    }
    const next = value === undefined ? undefined : walk([segment], value);
    if (next === undefined) {
      const last = i === segments.length - 1 || segment.kind === 'index';
      return last
        ? `No results for path: ${normalForm(segments)}`
        : `Missing property in path ${normalForm(segments.slice(0, i + 1))}`;
    }
    value = next;
  }
  return `No results for path: ${normalForm(segments)}`;
}

/**
 * The value of a path field like InputPath, OutputPath, ItemsPath.
 * @throws AslFailure States.Runtime, "Invalid path '$.x' : ..." when there is none
 */
export function findRequired(path: JsonPath, scope: Scope): Json {
  const value = path.find(scope);
  if (value !== undefined) return value;
  throw new AslFailure('States.Runtime', `Invalid path '${path.text}' : ${explainMissing(path, scope)}`);
}

function rootOf(root: Root): (scope: Scope) => Json | undefined {
  if (root.kind === 'input') return (scope) => scope.input;
  if (root.kind === 'context') return (scope) => scope.context();
  return (scope) => scope.variables.get(root.name);
}

function walk(segments: readonly Segment[], start: Json): Json | undefined {
  let value: Json | undefined = start;
  for (const segment of segments) {
    if (segment.kind === 'property') {
      if (!isJsonObject(value) || !Object.hasOwn(value, segment.name)) return undefined;
      value = value[segment.name];
    } else if (segment.kind === 'index') {
      if (!Array.isArray(value)) return undefined;
      value = value[segment.index < 0 ? value.length + segment.index : segment.index];
    }
  }
  return value;
}

function javaClassOf(value: Json): string {
  if (value === null) return 'com.fasterxml.jackson.databind.node.NullNode';
  if (Array.isArray(value)) return 'com.fasterxml.jackson.databind.node.ArrayNode';
  if (typeof value === 'string') return 'com.fasterxml.jackson.databind.node.TextNode';
  if (typeof value === 'boolean') return 'com.fasterxml.jackson.databind.node.BooleanNode';
  if (isJsonNumber(value)) return `com.fasterxml.jackson.databind.node.${numberNodeOf(value)}`;
  return 'com.fasterxml.jackson.databind.node.ObjectNode';
}

/** Jackson's smallest node that holds the number. */
function numberNodeOf(value: number | JsonNumber): string {
  const text = String(value);
  if (!/^-?\d+$/.test(text)) return 'DoubleNode';
  const integer = BigInt(text);
  if (BigInt.asIntN(32, integer) === integer) return 'IntNode';
  return BigInt.asIntN(64, integer) === integer ? 'LongNode' : 'BigIntegerNode';
}
