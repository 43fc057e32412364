/**
 * A compiled state machine: every path, template and expression parsed once and bound to AWS's error texts, so
 * that a step only calls functions. Immutable and shared by all executions of a definition.
 *
 * One vocabulary serves both query languages: `arguments` is Parameters or Arguments, `items` is ItemsPath or
 * Items, `timeoutSeconds` is the number, the path or the expression. An absent field means "nothing to do".
 * Every evaluator throws AslFailure (see data/scope.ts) and nothing else.
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { Evaluator } from './data/scope.ts';
import type {
  Catcher,
  ChoiceState,
  FailState,
  ItemProcessor,
  MapState,
  ParallelState,
  PassState,
  QueryLanguage,
  Retrier,
  StateMachine,
  SucceedState,
  TaskState,
  WaitState,
} from './definition.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

export interface Program {
  readonly definition: StateMachine;
  /** The definition as it was sent. */
  readonly text: string;
  readonly type: MachineType;
  readonly root: CompiledGroup;
  /** TimeoutSeconds of the whole machine. */
  readonly timeoutSeconds?: number;
  /** Distributed Maps of the whole document by label (given or generated). */
  readonly mapsByLabel: ReadonlyMap<string, CompiledMap>;
  /** Names of all states in the document, nested ones too, in document order. */
  readonly stateNames: readonly string[];
  /** Workflow variables each state reads, sorted; states that read none are left out. DescribeStateMachine's member. */
  readonly variableReferences: Readonly<Record<string, readonly string[]>>;
}

/** A machine, a Parallel branch or a Map processor. */
export interface CompiledGroup {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, CompiledState>;
  /** JSON pointer like path of the group in the document, '' for the machine, `/States/P/Branches[0]`. */
  readonly path: string;
}

export type CompiledState =
  | CompiledTask
  | CompiledPass
  | CompiledChoice
  | CompiledWait
  | CompiledSucceed
  | CompiledFail
  | CompiledParallel
  | CompiledMap;

interface CompiledBase {
  readonly name: string;
  /** `/States/Name`, as in AWS's diagnostics. */
  readonly path: string;
  readonly queryLanguage: QueryLanguage;
  /** Name of the next state; absent when the state ends its group (or is a Choice, Fail, Succeed). */
  readonly next?: string;
}

/** Fields of every state but Fail. */
interface CompiledFlow extends CompiledBase {
  /** InputPath. Absent: the raw input as it is. */
  readonly inputPath?: Evaluator;
  /**
   * JSONPath's OutputPath, applied to the scope's input (set it to the state's effective output). Absent: all.
   */
  readonly outputPath?: Evaluator;
  /** JSONata's Output; replaces the result as the state's output. */
  readonly output?: Evaluator;
  /**
   * Assign: new values by variable name. JSONPath: `$` of the scope is what AWS says it is for the state (Task,
   * Parallel, Map: the result after ResultSelector; Pass: the result; Choice, Wait: the effective input).
   */
  readonly assign?: Evaluator<JsonObject>;
}

/** Fields of Task, Parallel and Map. */
interface CompiledAttempt extends CompiledFlow {
  readonly resultSelector?: Evaluator;
  readonly resultPath?: ResultPlacement;
  readonly retry: readonly Retrier[];
  readonly catch: readonly CompiledCatcher[];
}

/**
 * ResultPath: the raw input with the result put in. `undefined` field = `$` (the result replaces the input);
 * `null` in the definition = a placement that returns the raw input. Throws States.ResultPathMatchFailure.
 * Never changes `rawInput`: the spine of the path is copied, the rest is shared.
 */
export type ResultPlacement = (rawInput: Json, result: Json) => Json;

export interface CompiledCatcher {
  readonly definition: Catcher;
  readonly errorEquals: readonly string[];
  readonly next: string;
  /** Puts the error output {Error, Cause} into the raw input; absent = it replaces the input. JSONPath. */
  readonly resultPath?: ResultPlacement;
  /** JSONata, with `scope.errorOutput`. */
  readonly output?: Evaluator;
  readonly assign?: Evaluator<JsonObject>;
}

export interface CompiledTask extends CompiledAttempt {
  readonly type: 'Task';
  readonly definition: TaskState;
  readonly resource: string;
  readonly arguments?: Evaluator;
  /** Positive integers. */
  readonly timeoutSeconds?: Evaluator<number>;
  readonly heartbeatSeconds?: Evaluator<number>;
  /** The evaluated Credentials object, e.g. {RoleArn}. */
  readonly credentials?: Evaluator;
}

export interface CompiledPass extends CompiledFlow {
  readonly type: 'Pass';
  readonly definition: PassState;
  readonly arguments?: Evaluator;
  /** The Result field; `hasResult` tells a Result of null from none. */
  readonly hasResult: boolean;
  readonly result: Json;
  readonly resultPath?: ResultPlacement;
}

export interface CompiledChoice extends CompiledFlow {
  readonly type: 'Choice';
  readonly definition: ChoiceState;
  readonly choices: readonly CompiledChoiceRule[];
  readonly default?: string;
}

export interface CompiledChoiceRule {
  readonly next: string;
  /** True when the rule is chosen. */
  readonly matches: Evaluator<boolean>;
  readonly output?: Evaluator;
  readonly assign?: Evaluator<JsonObject>;
}

export interface CompiledWait extends CompiledFlow {
  readonly type: 'Wait';
  readonly definition: WaitState;
  /** Milliseconds to wait from `scope.nowMs`, at least 0. */
  readonly delayMs: Evaluator<number>;
  /** Waits for a time of the wall clock. */
  readonly isTimestamp: boolean;
}

interface CompiledSucceed extends CompiledFlow {
  readonly type: 'Succeed';
  readonly definition: SucceedState;
}

export interface CompiledFail extends CompiledBase {
  readonly type: 'Fail';
  readonly definition: FailState;
  readonly error?: Evaluator<string>;
  readonly cause?: Evaluator<string>;
}

export interface CompiledParallel extends CompiledAttempt {
  readonly type: 'Parallel';
  readonly definition: ParallelState;
  readonly arguments?: Evaluator;
  readonly branches: readonly CompiledGroup[];
}

export interface CompiledMap extends CompiledAttempt {
  readonly type: 'Map';
  readonly definition: MapState;
  /** ItemProcessor or the older Iterator. */
  readonly processorDefinition: ItemProcessor;
  readonly processor: CompiledGroup;
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  /** Of the children of a Distributed Map. */
  readonly executionType: MachineType;
  /** Given or generated; set for DISTRIBUTED only. */
  readonly label?: string;
  /**
   * The items: ItemsPath of the effective input or Items. Always an array, or, in a Distributed Map, an object;
   * throws in AWS's words for anything else.
   */
  readonly items: Evaluator;
  /**
   * ItemSelector (or the older Parameters). The scope's context must hold `Map.Item.Index` and `.Value`; its
   * input is the Map state's effective input.
   */
  readonly itemSelector?: Evaluator;
  /** 0 = no limit (also the default). */
  readonly maxConcurrency?: Evaluator<number>;
  readonly toleratedFailureCount?: Evaluator<number>;
  readonly toleratedFailurePercentage?: Evaluator<number>;
  readonly itemReader?: CompiledItemReader;
  readonly itemBatcher?: CompiledItemBatcher;
  readonly resultWriter?: CompiledResultWriter;
}

export interface CompiledItemReader {
  readonly resource: string;
  readonly arguments: Evaluator;
  /** ReaderConfig with MaxItems(Path) evaluated to a plain `MaxItems`. */
  readonly readerConfig: Evaluator<JsonObject>;
}

export interface CompiledItemBatcher {
  readonly maxItemsPerBatch?: Evaluator<number>;
  readonly maxInputBytesPerBatch?: Evaluator<number>;
  readonly batchInput?: Evaluator;
}

export interface CompiledResultWriter {
  readonly resource?: string;
  readonly arguments?: Evaluator;
  readonly writerConfig?: JsonObject;
}
