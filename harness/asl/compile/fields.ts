/**
 * Fields of one state in its query language: paths, templates and JSONata values become evaluators, and the
 * workflow variables they read are noted for `variableReferences`.
 */

import { isJsonNumber, type Json, type JsonObject } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { compileJsonata, isJsonataString, jsonataExpression } from '../data/jsonata.ts';
import { findRequired, type JsonPath, parsePath } from '../data/jsonpath.ts';
import { assignAt } from '../data/reference-path.ts';
import { AslFailure, type Evaluator } from '../data/scope.ts';
import { compilePathOrIntrinsic, compileTemplate, requiredPath } from '../data/template.ts';
import type { QueryLanguage } from '../definition.ts';
import type { ResultPlacement } from '../program.ts';

export class FieldCompiler {
  readonly language: QueryLanguage;
  readonly #references: Set<string>;

  constructor(language: QueryLanguage, references: Set<string>) {
    this.language = language;
    this.#references = references;
  }

  /** Parameters, ResultSelector, Arguments, Output ...: a template or a JSONata value by the state's language. */
  value(value: Json | undefined, field: string): Evaluator | undefined {
    if (value === undefined) return undefined;
    if (this.language === 'JSONata') {
      const { evaluate, variables } = compileJsonata(value, field);
      for (const name of variables) this.#references.add(name);
      return evaluate;
    }
    const { evaluate, paths } = compileTemplate(value);
    for (const path of paths) this.#note(path);
    return evaluate;
  }

  /** As {@link value} for fields that are objects, like Assign. */
  members(value: JsonObject | undefined, field: string): Evaluator<JsonObject> | undefined {
    return this.value(value, field) as Evaluator<JsonObject> | undefined;
  }

  /** InputPath or OutputPath. `undefined` for all of the input, which is also what `$` says. */
  path(text: string | null | undefined): Evaluator | undefined {
    if (text === undefined || text === '$') return undefined;
    if (text === null) return () => ({});
    const path = this.parse(text);
    return (scope) => findRequired(path, scope);
  }

  /** ResultPath. `undefined` when the result replaces the input. */
  placement(text: string | null | undefined): ResultPlacement | undefined {
    if (text === undefined || text === '$') return undefined;
    if (text === null) return (rawInput) => rawInput;
    const path = parsePath(text);
    return (rawInput, result) => assignAt(path, rawInput, result);
  }

  /** A path of any field, its variable noted. */
  parse(text: string): JsonPath {
    const path = parsePath(text);
    this.#note(path);
    return path;
  }

  /** ErrorPath or CausePath: a path or an intrinsic function that gives a text. */
  textPath(text: string | undefined, field: string): Evaluator<string> | undefined {
    if (text === undefined) return undefined;
    const expression = compilePathOrIntrinsic(text);
    if ('evaluate' in expression) for (const path of expression.paths) this.#note(path);
    else this.#note(expression);
    const evaluate = 'evaluate' in expression ? expression.evaluate : requiredPath(expression, field);
    return (scope) => {
      const value = evaluate(scope);
      if (typeof value === 'string') return value;
      throw new AslFailure(
        'States.Runtime',
        `The value of the field '${field}' must be a string but was: ${printJson(value)}`,
      );
    };
  }

  /** A field that is a text itself or, in JSONata, an expression that gives one. */
  text(text: string | undefined, field: string): Evaluator<string> | undefined {
    if (text === undefined) return undefined;
    if (this.language === 'JSONPath' || !isJsonataString(text)) return () => text;
    return this.typed<string>(text, field, ['string']);
  }

  /**
   * A JSONata field whose result must be of one of `types`.
   * The evaluator throws States.QueryEvaluationError in AWS's words for any other.
   */
  typed<T extends Json>(value: Json, field: string, types: readonly JsonType[]): Evaluator<T> {
    const evaluate = this.value(value, field) as Evaluator;
    const expression = isJsonataString(value) ? jsonataExpression(value) : printJson(value);
    return (scope) => {
      const result = evaluate(scope);
      const type = jsonType(result);
      if (types.includes(type)) return result as T;
      throw new AslFailure(
        'States.QueryEvaluationError',
        `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. ` +
          `Expected '${types[0]}', but was '${type}' for value: ${printJson(result)}`,
        field,
      );
    };
  }

  #note(path: JsonPath): void {
    if (path.root.kind === 'variable') this.#references.add(path.root.name);
  }
}

export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** The type as AWS names it in error texts. */
function jsonType(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isJsonNumber(value) ? 'number' : (typeof value as JsonType);
}
