/**
 * The third waist: backend to judgement. A RunRecord is the normalised evidence of one run; assertions and
 * metrics see a record, never a backend, so a verdict means the same on every backend. Plain JSON, version in
 * `recordVersion`; times are milliseconds since the epoch on `clock`.
 */
import type { Json, JsonObject } from '../core/json.ts';

export interface RunRecord {
  recordVersion: 2;
  runId: string;
  scenario: string;
  /** Name of the pack that the project chose: its metrics, expectations and report sections apply. */
  pack?: string;
  /** Deployed name of each function, by its name in the project. */
  functions?: { [name: string]: string };
  /** Values of the matrix for this run, e.g. `{ rows: 200 }`. */
  parameters: { [name: string]: string | number | boolean };
  /** `product`: what answered there, `LocalStack 4.14.0`. */
  backend: { name: string; product?: string; endpoint?: string; capabilities: string[] };
  clock: 'wall' | 'virtual' | 'modelled';
  startedAtMs: number;
  endedAtMs: number;
  /** The machine it ran on. */
  host: { cpuModel: string; cpus: number; memoryMB: number; platform: string; node: string };
  /** What was deployed, by digest. */
  artifacts: ArtifactRecord[];
  dataset?: DatasetRecord;
  executions: ExecutionRecord[];
  invocations: InvocationRecord[];
  /** Objects under the watched prefixes after the run. */
  objects: ObjectRecord[];
  /** What the run wrote into the project's buckets; absent on backends where they are not looked at. */
  written?: WrittenObjectsRecord;
  /** What the pack's readers made of those objects, lists by name; each list is a file in the run's folder. */
  evidence: { [name: string]: readonly unknown[] };
  /** Items and results that `expect.complete` compares, where a scenario names them. */
  items?: ItemsRecord;
  /** Evidence that could not be had, one sentence each: what was not collected and why. Never silent. */
  gaps: string[];
  logs: LogRecord[];
  /** What the functions themselves reported in the embedded metric format; absent when they reported nothing. */
  emitted?: EmittedMetric[];
  /** States whose integrations were mocked: nothing was invoked in them. */
  mockedStates?: string[];
  /**
   * States that the backend could not run: `calls` names the integration or function. A run that has some has not
   * shown what the pipeline does.
   */
  unservedStates?: UnservedStateRecord[];
  /** One per state machine; absent on backends that do not count. */
  coverage?: CoverageRecord[];
  /** Wall time of the harness by stage, from the data to the evidence; judging and reporting come after it, ms. */
  stagesMs?: { [stage: string]: number };
  /** How many runs shared the machine while this one was measured; absent for one alone. */
  sideBySide?: number;
  /** Peak resident memory of the harness process itself, MB. */
  harnessPeakRssMB?: number;
}

interface UnservedStateRecord {
  state: string;
  calls: string;
}

/**
 * Which parts of a state machine the run's executions have taken, children of Map Runs included. A key is a state
 * (`/States/A`), a transition (`/States/A -> B`) or stands below a state's path (`/Choices[0]`, `/Catch[0]`).
 */
export interface CoverageRecord {
  stateMachineArn: string;
  covered: number;
  total: number;
  /** Keys never taken, in document order. */
  missed: string[];
  /** Times taken by key, 0 included. */
  counts: { [key: string]: number };
}

export interface ArtifactRecord {
  name: string;
  kind: 'lambda-zip' | 'layer' | 'state-machine' | 'object';
  /** Lambda's CodeSha256 (base64 SHA-256 of the zip), or base64 SHA-256 of the canonical text. */
  sha256: string;
  sizeBytes: number;
  unzippedBytes?: number;
}

/** Objects that a run wrote, looked at as far as their names and content types say what they are. */
export interface WrittenObjectsRecord {
  written: number;
  /** How many of them were looked at. */
  checked: number;
  /** One sentence each. */
  problems: readonly string[];
}

/** Keys of what there was to do, and of what was done. */
export interface ItemsRecord {
  items: readonly string[];
  /** Each as often as it was found. */
  results: readonly string[];
  /** What could not be read as items or results, one sentence each: nothing of it counts as complete. */
  problems?: readonly string[];
}

/** Data of the run as it lay in S3. Packs add members of their own, to the dataset and to its partitions. */
export interface DatasetRecord {
  bucket: string;
  prefix: string;
  format?: string;
  seed?: number;
  /** Of names, sizes and contents of its files, hexadecimal; of data in place of their ETags. */
  sha256?: string;
  /** Size that partitions are meant to have, where it is not that of their files. */
  nominalPartitionBytes?: number;
  partitions: DatasetPartition[];
  [member: string]: unknown;
}

export interface DatasetPartition {
  key: string;
  sizeBytes: number;
  /** Of the file that was uploaded, hexadecimal; absent of data in place. */
  sha256?: string;
  [member: string]: unknown;
}

export interface ExecutionRecord {
  executionArn: string;
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  startedAtMs: number;
  stoppedAtMs?: number;
  input: Json;
  output?: Json;
  error?: string;
  cause?: string;
  /** The Amazon States Language definition it ran, as the service tells it. */
  definition?: JsonObject;
  /** AWS's history events, `timestamp` in milliseconds. */
  history: HistoryRecord[];
  mapRuns: MapRunRecord[];
  /** Child executions of the Map Runs (history may be left out where there are many). */
  children: ChildRecord[];
}

export interface HistoryRecord {
  id: number;
  previousEventId: number;
  timestampMs: number;
  type: string;
  [details: string]: unknown;
}

export interface MapRunRecord {
  mapRunArn: string;
  status: string;
  startedAtMs: number;
  stoppedAtMs?: number;
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  itemCounts: MapCounts;
  executionCounts: MapCounts;
}

export interface MapCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

export interface ChildRecord {
  executionArn: string;
  mapRunArn: string;
  status: string;
  startedAtMs: number;
  stoppedAtMs?: number;
  input?: Json;
  output?: Json;
  error?: string;
  cause?: string;
  /** Only when the evidence was asked for with children's histories, and never of EXPRESS children. */
  history?: HistoryRecord[];
}

/** One Lambda invocation, as the platform measured it: from the backend's own record, or a REPORT line that is attributed. */
export interface InvocationRecord {
  functionName: string;
  requestId: string;
  logStream: string;
  endedAtMs: number;
  durationMs: number;
  billedDurationMs: number;
  memorySizeMB: number;
  maxMemoryUsedMB: number;
  /** Size of /tmp, where the deployment gave more than the 512 MB that come with every function. */
  ephemeralStorageMB?: number;
  /** Set on a cold start only. */
  initDurationMs?: number;
  /** `timeout`, `error` or AWS's error type: of an invocation that failed, a handled error included. */
  status?: string;
  errorType?: string;
  /** Waiting for a free core of this machine before the invocation began; never part of durationMs. */
  waitedForCoreMs?: number;
}

/**
 * One metric of one function with one set of dimensions, every value of the run. A line that counts for several sets
 * of dimensions is one measurement: it stands under the first.
 */
export interface EmittedMetric {
  functionName: string;
  namespace: string;
  name: string;
  dimensions: { [name: string]: string };
  /** As CloudWatch names units: `Count`, `Seconds`, `Megabytes` ... */
  unit: string;
  values: number[];
}

export interface ObjectRecord {
  bucket: string;
  key: string;
  sizeBytes: number;
  etag: string;
  lastModifiedMs: number;
  /** Where a scenario asks for it. */
  contentType?: string;
  /** The JSON in it, where a scenario asks for it. */
  content?: Json;
}

export interface LogRecord {
  logGroup: string;
  logStream: string;
  timestampMs: number;
  message: string;
}
