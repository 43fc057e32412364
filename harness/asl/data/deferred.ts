/**
 * Fields whose JSONata is too expensive for the event loop: the step stops at the field and asks the world for its value
 * (the `evaluate` effect); with the answer at hand it goes on as if it had computed it.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { JsonataField, Scope } from './scope.ts';

/** All that the expressions of a field can see. Plain data, so that it can be sent elsewhere. */
export interface EvaluationData {
  input: Json;
  context: JsonObject;
  variables: JsonObject;
  result?: Json;
  errorOutput?: Json;
  nowMs: number;
  /** Of `$random` and its like. */
  seed: string;
}

/** Thrown by a field whose allowance is used up. */
export class Deferred extends Error {
  readonly field: JsonataField;
  readonly data: EvaluationData;

  constructor(field: JsonataField, scope: Scope) {
    super(`the field ${field.name} is to be evaluated elsewhere`);
    this.field = field;
    const variables: JsonObject = {};
    for (const name of field.variables) {
      const value = scope.variables.get(name);
      if (value !== undefined) variables[name] = value;
    }
    this.data = {
      input: scope.input,
      context: scope.context(),
      variables,
      ...(scope.result === undefined ? {} : { result: scope.result }),
      ...(scope.errorOutput === undefined ? {} : { errorOutput: scope.errorOutput }),
      nowMs: scope.nowMs,
      seed: String(scope.random.next()),
    };
  }
}
