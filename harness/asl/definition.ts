/**
 * Amazon States Language as written: the JSON of a state machine, fields of both query languages side by side.
 * Only `validate/` may assume less than these types say; everybody else holds a document it has accepted.
 * Source: https://states-language.net/spec.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
import type { Json, JsonObject } from '../core/json.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A JSONata string `{% ... %}`; any other string is itself. */
type JsonataString = string;
/** A reference path, path with operators, `$$` path or `$variable` path. */
type PathString = string;

export interface StateMachine extends StateGroup {
  Comment?: string;
  Version?: string;
  QueryLanguage?: QueryLanguage;
  TimeoutSeconds?: number;
}

/** What a machine, a Parallel branch and a Map processor have in common. */
export interface StateGroup {
  StartAt: string;
  States: { [name: string]: State };
}

/** A Parallel branch. */
interface Branch extends StateGroup {
  Comment?: string;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['Type'];

interface StateBase {
  Comment?: string;
  QueryLanguage?: QueryLanguage;
  /** JSONPath; `null` means `{}`. */
  InputPath?: PathString | null;
  /** JSONPath; `null` means `{}`. */
  OutputPath?: PathString | null;
  /** JSONata. */
  Output?: Json;
  /** JSONPath: a payload template; JSONata: values with `{% %}` strings. Keys are variable names. */
  Assign?: JsonObject;
}

interface Transition {
  Next?: string;
  End?: boolean;
}

/** Fields of the states that run something and may fail: Task, Parallel, Map. */
interface Attempted extends Transition {
  ResultSelector?: JsonObject;
  ResultPath?: PathString | null;
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Retrier {
  Comment?: string;
  ErrorEquals: string[];
  /** Default 1. */
  IntervalSeconds?: number;
  /** Default 3; 0 means never. */
  MaxAttempts?: number;
  /** Default 2. */
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  /** Default NONE. */
  JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  Comment?: string;
  ErrorEquals: string[];
  Next: string;
  ResultPath?: PathString | null;
  Output?: Json;
  Assign?: JsonObject;
}

export interface TaskState extends StateBase, Attempted {
  Type: 'Task';
  Resource: string;
  Parameters?: JsonObject;
  Arguments?: Json;
  TimeoutSeconds?: number | JsonataString;
  TimeoutSecondsPath?: PathString;
  HeartbeatSeconds?: number | JsonataString;
  HeartbeatSecondsPath?: PathString;
  Credentials?: JsonObject | JsonataString;
}

export interface PassState extends StateBase, Transition {
  Type: 'Pass';
  Result?: Json;
  ResultPath?: PathString | null;
  Parameters?: Json;
}

export interface ChoiceState extends StateBase {
  Type: 'Choice';
  Choices: ChoiceRule[];
  Default?: string;
}

/** A top-level rule has `Next`; nested ones have not. Exactly one operator, or `Condition` in JSONata. */
export interface ChoiceRule {
  Comment?: string;
  Next?: string;
  Assign?: JsonObject;
  Output?: Json;
  Condition?: JsonataString | boolean;
  And?: ChoiceRule[];
  Or?: ChoiceRule[];
  Not?: ChoiceRule;
  Variable?: PathString;
  /** The comparison operator's own field, e.g. `StringEquals` or `NumericLessThanPath`. */
  [operator: string]: unknown;
}

export interface WaitState extends StateBase, Transition {
  Type: 'Wait';
  Seconds?: number | JsonataString;
  SecondsPath?: PathString;
  Timestamp?: string;
  TimestampPath?: PathString;
}

export interface SucceedState extends StateBase {
  Type: 'Succeed';
}

export interface FailState {
  Type: 'Fail';
  Comment?: string;
  QueryLanguage?: QueryLanguage;
  Error?: string;
  ErrorPath?: PathString;
  Cause?: string;
  CausePath?: PathString;
}

export interface ParallelState extends StateBase, Attempted {
  Type: 'Parallel';
  Branches: Branch[];
  Parameters?: Json;
  Arguments?: Json;
}

export interface MapState extends StateBase, Attempted {
  Type: 'Map';
  /** JSONPath only, older form: applied to the state's input before ItemsPath. */
  Parameters?: JsonObject;
  /** JSONPath; default `$`. */
  ItemsPath?: PathString;
  /** JSONata. */
  Items?: Json;
  ItemSelector?: Json;
  ItemProcessor?: ItemProcessor;
  /** The older form of ItemProcessor. */
  Iterator?: ItemProcessor;
  MaxConcurrency?: number | JsonataString;
  MaxConcurrencyPath?: PathString;
  ToleratedFailureCount?: number | JsonataString;
  ToleratedFailureCountPath?: PathString;
  ToleratedFailurePercentage?: number | JsonataString;
  ToleratedFailurePercentagePath?: PathString;
  ItemReader?: ItemReader;
  ItemBatcher?: ItemBatcher;
  ResultWriter?: ResultWriter;
  /** Names the Map Run's child executions; generated when absent. */
  Label?: string;
}

export interface ItemProcessor extends StateGroup {
  Comment?: string;
  ProcessorConfig?: ProcessorConfig;
}

interface ProcessorConfig {
  /** Default INLINE. */
  Mode?: 'INLINE' | 'DISTRIBUTED';
  /** Required when DISTRIBUTED. */
  ExecutionType?: 'STANDARD' | 'EXPRESS';
}

export interface ItemReader {
  /** e.g. `arn:aws:states:::s3:getObject`, `arn:aws:states:::s3:listObjectsV2`. */
  Resource: string;
  Parameters?: JsonObject;
  Arguments?: Json;
  ReaderConfig?: ReaderConfig;
}

interface ReaderConfig {
  InputType?: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | 'PARQUET';
  /** With MANIFEST: what the manifest is of. */
  ManifestType?: 'S3_INVENTORY' | 'ATHENA_DATA';
  Transformation?: 'NONE' | 'LOAD_AND_FLATTEN';
  /** JSON: pointer (RFC 6901) to the array or object to iterate. */
  ItemsPointer?: string;
  CSVHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
  CSVHeaders?: string[];
  CSVDelimiter?: 'COMMA' | 'PIPE' | 'SEMICOLON' | 'SPACE' | 'TAB';
  MaxItems?: number | JsonataString;
  MaxItemsPath?: PathString;
}

export interface ItemBatcher {
  MaxItemsPerBatch?: number | JsonataString;
  MaxItemsPerBatchPath?: PathString;
  MaxInputBytesPerBatch?: number | JsonataString;
  MaxInputBytesPerBatchPath?: PathString;
  BatchInput?: Json;
}

export interface ResultWriter {
  /** `arn:aws:states:::s3:putObject`; absent when only WriterConfig is set. */
  Resource?: string;
  Parameters?: JsonObject;
  Arguments?: Json;
  WriterConfig?: WriterConfig;
}

interface WriterConfig {
  Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
  OutputType?: 'JSON' | 'JSONL';
}
