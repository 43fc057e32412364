/**
 * The JSONata query language: `{% expression %}` strings anywhere in a value. Expressions are parsed once;
 * an evaluation binds `$states`, the workflow variables and the functions the expression names, and is bounded
 * in steps, stack and regular-expression time, so that no definition can hang the emulator.
 */
import {
  headOf,
  isJsonObject,
  type Json,
  type JsonObject,
  memberKey,
  memberName,
  plainJson,
  setMember,
} from '../../core/json.ts';
import { AllowanceUsedUp, bounded, takeInnerStep, takeValues } from '../../core/jsonata/bounds.ts';
import { describeJsonataError, parseExpression } from '../../core/jsonata/library.ts';
import { Deferred } from './deferred.ts';
import { exactNumbers } from './jsonata/exact-numbers.ts';
import { JSONATA_FUNCTIONS } from './jsonata/functions.ts';
import { namesIn, workflowVariables } from './jsonata/names.ts';
import { AslFailure, type Evaluator, type JsonataField, type Scope } from './scope.ts';

/** Longest text and deepest nesting a result may have; AWS's own payload quota is 256 KiB. */
const MAX_TEXT_LENGTH = 64 * 1024 * 1024;
const MAX_RESULT_DEPTH = 1_000;

export interface JsonataTemplate {
  readonly evaluate: Evaluator;
  /** Workflow variables the expressions refer to, without `$`. */
  readonly variables: readonly string[];
  /** True when the value holds no expression at all. */
  readonly constant: boolean;
}

/** True for `{% ... %}`. */
export function isJsonataString(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;
}

/** The expression inside `{% ... %}`. */
export function jsonataExpression(text: string): string {
  return text.slice(2, -2).trim();
}

/** Thrown at compile time; `field` says where, e.g. `Output/name`. */
export class JsonataSyntaxError extends Error {
  readonly field: string;
  readonly expression: string;

  constructor(message: string, field: string, expression: string) {
    super(message);
    this.name = 'JsonataSyntaxError';
    this.field = field;
    this.expression = expression;
  }
}

/**
 * Compiles a value of a JSONata field. `field` is its name as in AWS's error texts and `location`s; members are
 * appended with `/`.
 * @throws JsonataSyntaxError
 */
export function compileJsonata(value: Json, field: string): JsonataTemplate {
  const names = new Set<string>();
  const evaluate = compileValue(value, field, names);
  const variables = [...names];
  if (!evaluate) return { evaluate: () => value, variables, constant: true };
  return { evaluate: deferring(evaluate, { value, name: field, variables }), variables, constant: false };
}

/** Where the step's allowance is used up, the field is left to others; its value is taken when they have it. */
function deferring(evaluate: Evaluator, field: JsonataField): Evaluator {
  return (scope) => {
    if (!scope.allowance) return evaluate(scope);
    const known = scope.evaluated?.get(field);
    if (known) {
      if ('value' in known) return known.value;
      throw new AslFailure(known.error, known.causeText, known.location);
    }
    try {
      return evaluate(scope);
    } catch (thrown) {
      throw thrown instanceof AllowanceUsedUp ? new Deferred(field, scope) : thrown;
    }
  };
}

function compileValue(value: Json, field: string, variables: Set<string>): Evaluator | undefined {
  if (isJsonataString(value)) return compileExpression(jsonataExpression(value), field, variables);
  if (Array.isArray(value)) {
    const evaluators = value.map((item, i) => compileValue(item, `${field}[${i}]`, variables));
    if (evaluators.every((evaluate) => evaluate === undefined)) return undefined;
    return (scope) =>
      value.map((item, i) => {
        const evaluate = evaluators[i];
        return evaluate ? evaluate(scope) : item;
      });
  }
  if (!isJsonObject(value)) return undefined;
  const members = Object.entries(value).map(
    ([key, member]) => [key, member, compileValue(member, `${field}/${memberName(key)}`, variables)] as const,
  );
  if (members.every(([, , evaluate]) => evaluate === undefined)) return undefined;
  return (scope) =>
    Object.fromEntries(
      members.map(([name, member, evaluate]) => [name, evaluate ? evaluate(scope) : member]),
    ) as JsonObject;
}

function compileExpression(text: string, field: string, variables: Set<string>): Evaluator {
  const expression = parse(text, field);
  const names = namesIn(expression.ast());
  const own = workflowVariables(names);
  for (const name of own) variables.add(name);
  const functions = Object.entries(JSONATA_FUNCTIONS).filter(([name]) => names.used.has(name));
  const usesStates = names.used.has('states');
  const refine = exactNumbers(expression.ast());
  const failure = (reason: string) =>
    new AslFailure(
      'States.QueryEvaluationError',
      `The JSONata expression '${text}' specified for the field '${field}' ${reason}`,
      field,
    );
  return (scope) => {
    const bindings: Record<string, unknown> = {};
    if (usesStates) bindings['states'] = statesOf(scope);
    for (const [name, make] of functions) bindings[name] = make(scope);
    for (const name of names.used) {
      if (name === 'states' || name === '' || name === '$') continue;
      const value = scope.variables.get(name);
      if (value !== undefined) bindings[name] = plain(value);
    }
    let json: Json | undefined;
    try {
      json = bounded(() => {
        const result = expression.evaluate(undefined, bindings);
        if (result === undefined) throw failure('returned nothing (undefined).');
        const value = toJson(result, 0);
        return value === undefined || !refine ? value : refine(value, scope);
      }, scope.allowance);
    } catch (error) {
      if (error instanceof AllowanceUsedUp || error instanceof AslFailure) throw error;
      throw failure(`threw an error during evaluation. ${describeJsonataError(error)}`);
    }
    if (json === undefined) throw failure('returned an unsupported result type.');
    return json;
  };
}

function parse(text: string, field: string) {
  try {
    return parseExpression(text);
  } catch (error) {
    throw new JsonataSyntaxError(describeJsonataError(error), field, text);
  }
}

/** `$states`; the context object is made only when somebody looks at it. */
function statesOf(scope: Scope): object {
  const states = {
    input: plain(scope.input),
    get context() {
      return plain(scope.context());
    },
  };
  if (scope.result !== undefined) Object.assign(states, { result: plain(scope.result) });
  return scope.errorOutput === undefined
    ? states
    : Object.assign(states, { errorOutput: plain(scope.errorOutput) });
}

/** The plain form of values that the library must see, and what they were made of: untouched ones are handed on exactly. */
const plainForms = new WeakMap<object, Json>();
const exactForms = new WeakMap<object, Json>();

function plain(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  const known = plainForms.get(value);
  if (known !== undefined) return known;
  const form = plainJson(value, (exact, made) => exactForms.set(made as object, exact as Json));
  plainForms.set(value, form);
  return form;
}

/**
 * The result as plain JSON: the library's sequences become plain arrays, untouched values stay the very same.
 * `undefined` for what JSON cannot say: functions, texts and nestings beyond all measure.
 */
function toJson(value: unknown, depth: number): Json | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length <= MAX_TEXT_LENGTH ? value : undefined;
  if (typeof value === 'number') return numberToJson(value);
  if (typeof value !== 'object' || depth > MAX_RESULT_DEPTH) return undefined;
  takeInnerStep();
  const exact = exactForms.get(value);
  if (exact !== undefined) return exact;
  if (Array.isArray(value)) return arrayToJson(value, depth);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  return objectToJson(value as Record<string, unknown>, depth);
}

/** Java prints numbers that are not finite as texts. */
function numberToJson(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

function arrayToJson(items: unknown[], depth: number): Json[] | undefined {
  takeValues(items.length);
  let copy: Json[] | undefined = 'sequence' in items ? (items.slice() as Json[]) : undefined;
  for (let i = 0; i < items.length; i++) {
    const item = toJson(items[i], depth + 1);
    if (item === undefined) return undefined;
    if (item !== items[i]) {
      copy ??= items.slice() as Json[];
      copy[i] = item;
    }
  }
  return copy ?? (items as Json[]);
}

function objectToJson(members: Record<string, unknown>, depth: number): JsonObject | undefined {
  let copy: JsonObject | undefined;
  for (const [name, member] of Object.entries(members)) {
    const json = toJson(member, depth + 1);
    if (json === undefined) return undefined;
    if (!copy && (json !== member || memberKey(name) !== name)) copy = headOf(members as JsonObject, name);
    if (copy) setMember(copy, memberKey(name), json);
  }
  return copy ?? (members as JsonObject);
}
