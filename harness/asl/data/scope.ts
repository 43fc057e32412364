/**
 * What a path, template, intrinsic function or JSONata expression can see, and how its failure leaves the data
 * layer. A scope is cheap to make: the interpreter builds one per state and phase.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { Allowance } from '../../core/jsonata/bounds.ts';
import type { Random } from '../../core/random.ts';

/** Workflow variables as seen from one state: its own scope first, then the enclosing ones. */
export interface Variables {
  /** The value of `$name`, `undefined` when no scope has it. */
  get(name: string): Json | undefined;
}

export interface Scope {
  /** What `$` means (JSONPath) and `$states.input` (JSONata). */
  readonly input: Json;
  /** The context object, `$$` and `$states.context`; called only when an expression asks for it. */
  readonly context: () => JsonObject;
  readonly variables: Variables;
  /** Source of States.UUID, States.MathRandom and their JSONata sisters. */
  readonly random: Random;
  /** Time of the step, milliseconds since the epoch; `$now()` and `$millis()` of JSONata. */
  readonly nowMs: number;
  /** JSONata's `$states.result`, only where AWS defines it (Output and Assign after the work is done). */
  readonly result?: Json;
  /** JSONata's `$states.errorOutput`, only inside a Catcher. */
  readonly errorOutput?: Json;
  /** What of JSONata may still be evaluated here; whatever it takes unless given. */
  readonly allowance?: Allowance | undefined;
  /** Fields that were evaluated elsewhere. */
  readonly evaluated?: ReadonlyMap<JsonataField, Evaluated> | undefined;
}

/** A field with JSONata expressions, as the definition has it. */
export interface JsonataField {
  readonly value: Json;
  /** Its name in AWS's error texts, e.g. `Arguments`. */
  readonly name: string;
  /** Workflow variables that its expressions refer to. */
  readonly variables: readonly string[];
}

/** What a field came to that was evaluated elsewhere. */
export type Evaluated = { value: Json } | { error: StatesError; causeText: string; location?: string };

/** Computes one value; throws {@link AslFailure}, and nothing else, when the data does not allow it. */
export type Evaluator<T = Json> = (scope: Scope) => T;

/** AWS's names of errors that begin with `States.`. */
export type StatesError =
  | 'States.ALL'
  | 'States.BranchFailed'
  | 'States.DataLimitExceeded'
  | 'States.ExceedToleratedFailureThreshold'
  | 'States.HeartbeatTimeout'
  | 'States.Http.Socket'
  | 'States.IntrinsicFailure'
  | 'States.ItemReaderFailed'
  | 'States.NoChoiceMatched'
  | 'States.ParameterPathFailure'
  | 'States.Permissions'
  | 'States.QueryEvaluationError'
  | 'States.ResultPathMatchFailure'
  | 'States.ResultWriterFailed'
  | 'States.Runtime'
  | 'States.TaskFailed'
  | 'States.Timeout';

/**
 * A failure of the data a state works on. `causeText` is AWS's sentence without the leading "An error occurred
 * while executing the state ..."; the step adds it, as it knows the state's name and event id. `location` is set
 * for States.QueryEvaluationError and goes into EvaluationFailed, e.g. `Arguments/FunctionName`.
 */
export class AslFailure extends Error {
  readonly error: StatesError;
  readonly causeText: string;
  readonly location: string | undefined;

  constructor(error: StatesError, causeText: string, location?: string) {
    super(`${error}: ${causeText}`);
    this.name = 'AslFailure';
    this.error = error;
    this.causeText = causeText;
    this.location = location;
  }
}
