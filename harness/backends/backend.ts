/**
 * The contract of a backend: a place where the pipeline can run. The same deploy, the same scenario and the same
 * evidence on each; what a place cannot do it leaves out of its capabilities, and an expectation that needs one
 * of those is reported as `not judged on this backend`, never as passed.
 *
 *     const backend = await BACKENDS.embedded.start(options);   // registry: backends/index.ts
 *     const clients = clientsFor(backend.access);               // deploy/aws-access.ts
 *     const deployment = await deploy(clients, spec);           // deploy/deploy.ts
 *     ... startExecution with clients.stepfunctions ...
 *     const record = await backend.collectEvidence(request);    // SDK calls only, the same everywhere
 *     await backend.stop();
 */

import type { Clock } from '../core/clock.ts';
import type { JsonObject } from '../core/json.ts';
import type { AwsLimits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import type { AwsAccess } from '../deploy/aws-access.ts';
import type { DeploymentPlan } from '../deploy/resource.ts';
import type { InvocationBoundary } from '../emulator/services/lambda/invoke/run-invocation.ts';
import type { Project } from '../project/project.ts';
import type { Capability } from '../record/capability.ts';
import type { EvidenceReader, WatchedPrefix } from '../record/evidence-reader.ts';
import type { InvocationRecord, RunRecord } from '../record/run-record.ts';
import type { CostEstimate } from './aws/spend-guard.ts';
import type { FaultRule } from './faults.ts';

export type { InvocationBoundary };

export interface BackendOptions {
  /** Wall or virtual; backends without `virtual-time` take the wall clock only. */
  clock: Clock;
  random: Random;
  /** Folder for objects, function code and logs; made if absent. Backends elsewhere ignore it. */
  stateFolder: string;
  /** Folder where unpacked function packages are kept from run to run; in the state folder without one. */
  packagesFolder?: string;
  region?: string;
  /** Quotas in force (`quotas`). */
  limits?: AwsLimits;
  /** What policies of roles do (`iam-enforcement`): `off`, `warn` logs what would be denied, `enforce`. */
  iam?: 'off' | 'warn' | 'enforce';
  /** Port of the embedded emulator; 0, the default, takes any free one. */
  port?: number;
  /** One line per noteworthy event, containers' own output included; for `--verbose`. */
  log?: (line: string) => void;
  /** Sees and may change what functions are given and answer; backends elsewhere have no way to. */
  boundary?: InvocationBoundary;
  /** Folder where deployments in accounts are noted before they are made. */
  deploymentsFolder?: string;
  /** Ends a start that takes long. */
  signal?: AbortSignal;
}

export interface Backend {
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Brings the place up and returns once every service has answered. HarnessError (exit code 3) if it cannot. */
  start(options: BackendOptions): Promise<RunningBackend>;
}

export interface RunningBackend {
  readonly name: string;
  /** What answers there, as people call it: `LocalStack 4.14.0`. */
  readonly product?: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly access: AwsAccess;
  /** The URL a person would use, where there is a single one. */
  readonly endpoint?: string;
  /** Platform on which the functions run: the artifacts must be built for it. */
  readonly functionTarget: FunctionTarget;
  /** Names where others make things too: everything begins with `prefix`, buckets are called otherwise. */
  readonly naming?: { prefix: string; bucket(name: string): string };
  /** Asked before anything is built. @throws InvalidDocument when functions of the project cannot run here */
  checkProject?(project: Project): Promise<void>;
  /** Asked before anything is made; notes it down. @throws HarnessError when it may not be made */
  approve?(plan: DeploymentPlan, estimate: CostEstimate): Promise<void>;
  /** Added to the environment of the functions: where S3 is, when they run in another place. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** Puts faults in force in the place of those before (`chaos`); an empty list ends them. */
  injectFaults?(rules: readonly FaultRule[]): Promise<void>;
  /**
   * Makes a file of this machine an object, as PutObject would, without its bytes being sent. The file must never
   * change. A backend elsewhere has no way to.
   */
  adoptObject?(bucket: string, key: string, file: KnownFile): Promise<void>;
  /** Content of an object, where the backend has it in this process: thousands of small ones cost little so. */
  readObject?(bucket: string, key: string): Promise<Uint8Array>;
  /** Test cases in Step Functions Local's format (`mocks`); an execution of `ARN#case` gets their answers. */
  useMocks?(config: JsonObject): void;
  /**
   * Calls `listener` whenever this execution ends, where the backend hears of it: saves asking again and again. The
   * result ends it.
   */
  onExecutionEnd?(executionArn: string, listener: () => void): () => void;
  /**
   * Every invocation since the start, as the platform itself measured it. A backend elsewhere has log lines only, which
   * functions can imitate.
   */
  invocations?(): readonly InvocationRecord[];
  /** Everything known about the executions, through the AWS APIs alone. Waits for late log events. */
  collectEvidence(request: EvidenceRequest): Promise<RunRecord>;
  /** What lies behind an error of a run: a container that died, say. The error itself when nothing does. */
  explain?(error: unknown): Promise<unknown>;
  /** Ends everything this backend started; idempotent. */
  stop(): Promise<void>;
}

/** A file whose digests were told by an earlier PutObject of the same bytes. */
interface KnownFile {
  path: string;
  sizeBytes: number;
  /** MD5 in hex, without quotes. */
  etag: string;
  /** Base64. */
  checksumCRC32: string;
}

/** Operating system and processor of the function's environment (native modules differ). */
export interface FunctionTarget {
  platform: 'linux' | 'darwin' | 'win32';
  arch: 'x64' | 'arm64';
}

/** Whose evidence, and what the caller alone knows about the run. */
export interface EvidenceRequest {
  /** Copied into the record unchanged. */
  identity: Pick<
    RunRecord,
    'runId' | 'scenario' | 'pack' | 'functions' | 'parameters' | 'artifacts' | 'dataset'
  >;
  executionArns: string[];
  /** Functions whose logs are read, by name. */
  functionNames: string[];
  /** Prefixes whose objects are listed. */
  watch: readonly WatchedPrefix[];
  /** Reads what a pack understands of those objects. */
  reader?: EvidenceReader;
  /** Keys (`*` stands for any text) whose JSON content is recorded. */
  contentOf?: readonly string[];
  /** Keys whose content types are recorded. */
  contentTypeOf?: readonly string[];
  /** When the run began, milliseconds since the epoch on the backend's clock: older log events are left out. */
  startedAtMs: number;
  endedAtMs: number;
  /** Histories of children of Map Runs too (costly beyond some hundred). Default false. */
  childHistories?: boolean;
  /** States whose integrations were mocked: nothing was invoked in them. */
  mockedStates?: readonly string[];
}
