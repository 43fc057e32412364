/**
 * Payload templates of the JSONPath query language: a member `name.$` takes the value its path or intrinsic
 * function gives. Whatever holds no such member is a constant and is handed out as it is, never copied.
 */

import { javaHashOrder } from '../../core/java-hash-order.ts';
import { isJsonObject, type Json, type JsonObject, memberKey, memberName } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { type IntrinsicExpression, parseIntrinsicCall } from './intrinsic-call.ts';
import { type JsonPath, parsePath } from './jsonpath.ts';
import { AslFailure, type Evaluator } from './scope.ts';

/** Compiled values are immutable: nobody may change what an evaluator returns. */
export interface Template {
  readonly evaluate: Evaluator;
  /** Paths read anywhere in the template. */
  readonly paths: readonly JsonPath[];
}

/**
 * Compiles a template.
 * @throws PathSyntaxError or IntrinsicSyntaxError for a bad `.$` member, TypeError when it is not a text
 */
export function compileTemplate(template: Json): Template {
  const paths: JsonPath[] = [];
  const dynamic = compileValue(template, paths);
  return { evaluate: dynamic ?? (() => template), paths };
}

/** A path or a call of an intrinsic function; throws as {@link compileTemplate}. */
export function compilePathOrIntrinsic(text: string): JsonPath | IntrinsicExpression {
  return text.startsWith('$') ? parsePath(text) : parseIntrinsicCall(text);
}

/** `undefined` when the value is constant. */
function compileValue(value: Json, paths: JsonPath[]): Evaluator | undefined {
  if (Array.isArray(value)) return compileArray(value, paths);
  if (isJsonObject(value)) return compileObject(value, paths);
  return undefined;
}

function compileArray(items: Json[], paths: JsonPath[]): Evaluator | undefined {
  const evaluators = items.map((item) => compileValue(item, paths));
  if (evaluators.every((evaluator) => evaluator === undefined)) return undefined;
  return (scope) =>
    items.map((item, i) => {
      const evaluate = evaluators[i];
      return evaluate ? evaluate(scope) : item;
    });
}

function compileObject(members: JsonObject, paths: JsonPath[]): Evaluator | undefined {
  const entries = inAwsOrder(
    Object.entries(members).map(([name, value]) => {
      if (!name.endsWith('.$')) return { name, value, isPath: false, evaluate: compileValue(value, paths) };
      if (typeof value !== 'string') throw new TypeError(`The value of '${name}' is not a text`);
      const evaluate = compileDynamic(name, value, paths);
      return { name: memberKey(name.slice(0, -2)), value, isPath: true, evaluate };
    }),
  );
  if (entries.every(({ evaluate }) => evaluate === undefined)) return undefined;
  // Object.fromEntries defines members, so that one called `__proto__` is a member like any other.
  if (entries.some(({ name }) => name === '__proto__')) {
    return (scope) =>
      Object.fromEntries(
        entries.map(({ name, value, evaluate }) => [name, evaluate ? evaluate(scope) : value]),
      );
  }
  return (scope) => {
    const result: JsonObject = {};
    for (const { name, value, evaluate } of entries) result[name] = evaluate ? evaluate(scope) : value;
    return result;
  };
}

/** AWS sets the `.$` members last, in the order of a Java HashMap (all recorded templates). */
function inAwsOrder<T extends { name: string; isPath: boolean }>(entries: readonly T[]): T[] {
  const paths = new Map(
    entries.filter(({ isPath }) => isPath).map((entry) => [memberName(entry.name), entry]),
  );
  const ordered = javaHashOrder([...paths.keys()]).map((name) => paths.get(name) as T);
  return [...entries.filter(({ isPath }) => !isPath), ...ordered];
}

function compileDynamic(field: string, text: string, paths: JsonPath[]): Evaluator {
  const expression = compilePathOrIntrinsic(text);
  if ('evaluate' in expression) {
    paths.push(...expression.paths);
    return expression.evaluate;
  }
  paths.push(expression);
  return requiredPath(expression, field);
}

/**
 * The value of a path in a template or in ErrorPath/CausePath.
 * @throws AslFailure States.Runtime "The JSONPath '$.x' specified for the field 'f' could not be found in the input '...'"
 */
export function requiredPath(path: JsonPath, field: string): Evaluator {
  return (scope) => {
    const value = path.find(scope);
    if (value !== undefined) return value;
    throw new AslFailure(
      'States.Runtime',
      `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input '${printJson(scope.input)}'`,
    );
  };
}
