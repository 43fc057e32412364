/** A project on a local AWS of its own: deployed, executed and recorded from programs and tests. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { buildArtifacts } from '../artifacts/build-artifacts.ts';
import { itemsSchema, resultsSchema } from '../assertions/complete-sources.ts';
import type { RunningBackend } from '../backends/backend.ts';
import { readerOf } from '../backends/evidence/objects.ts';
import type { Clock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { alphanumeric } from '../core/ids.ts';
import { invariant } from '../core/invariant.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Random } from '../core/random.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import { deploy } from '../deploy/deploy.ts';
import type { Project } from '../project/project.ts';
import type { ArtifactRecord, DatasetRecord, RunRecord } from '../record/run-record.ts';
import { collectItems } from '../scenario/collect-items.ts';
import type { DatasetFile, LocatedDataset } from '../scenario/dataset/dataset-kind.ts';
import { uploadFiles } from '../scenario/dataset/upload.ts';
import { type BuildContext, planRun } from '../scenario/deploy-run.ts';
import { artifactRecords } from '../scenario/deployment.ts';
import { executionInput, withRealBuckets, withReplacements } from '../scenario/execution-input.ts';
import type { PlannedRun } from '../scenario/load.ts';
import { datasetRecord, objectsOf, withProjectBuckets } from '../scenario/observe.ts';
import { uploadCode } from '../scenario/upload-code.ts';
import { type Conditions, planProject } from './plan-project.ts';
import { RunningExecution } from './running-execution.ts';

export interface Start {
  /** A state machine of the project; its first when left out. */
  stateMachine?: string;
  /** Fields that replace those of the project's default input; `null` removes one. */
  input?: JsonObject;
  /** An execution that runs longer is stopped. */
  timeoutSeconds?: number;
  /** Items and results by key, as `complete` of a scenario, for `toHaveCompleteResults()`. */
  complete?: CompleteSources;
}

export interface CompleteSources {
  items: z.input<typeof itemsSchema>;
  results: z.input<typeof resultsSchema>;
}

/** What a running project is made of; it ends all of it. */
export interface ProjectParts extends BuildContext {
  path: string;
  conditions: Conditions;
  plan: PlannedRun;
  running: RunningBackend;
  clients: AwsClients;
  clock: Clock;
  random: Random;
  dispose(): Promise<void>;
}

const TIMEOUT_SECONDS = 900;

export class RunningProject {
  readonly #parts: ProjectParts;
  readonly #signal = new AbortController().signal;
  #plan: PlannedRun;
  #deployed: Deployed | undefined;
  #data: UploadedDataset | undefined;
  #started = 0;

  constructor(parts: ProjectParts) {
    this.#parts = parts;
    this.#plan = parts.plan;
  }

  /** The project as it was read last. */
  get project(): Project {
    return this.#plan.project;
  }

  /** Where the local AWS answers: every service at one URL. */
  get endpoint(): string {
    return this.#parts.running.access.endpoints.s3!;
  }

  /** AWS SDK clients of the local AWS, named as its services. */
  get clients(): AwsClients {
    return this.#parts.clients;
  }

  /** Deployed names of functions, by their names in the project. */
  get functionNames(): Readonly<Record<string, string>> {
    return this.#deployment.functionNames;
  }

  /** ARNs of state machines, by their names in the project. */
  get stateMachineArns(): Readonly<Record<string, string>> {
    return this.#deployment.stateMachineArns;
  }

  /**
   * Reads the project file again and deploys it; `overrides` replaces the `deploy` that the project was started with.
   * What is deployed as planned stays. @throws InvalidDocument for mistakes in the project or its code
   */
  async deploy(overrides?: Conditions['deploy']): Promise<void> {
    const { path, conditions, running, clients, clock } = this.#parts;
    if (overrides !== undefined) conditions.deploy = overrides;
    if (this.#deployed) this.#plan = planProject(path, conditions);
    // What was built before may be older than a changed file.
    const build = this.#deployed ? { ...this.#parts, artifacts: buildArtifacts } : this.#parts;
    const { artifacts, spec, buckets } = await planRun(this.#plan, this.#data?.dataset, running, build);
    const code = await uploadCode(running, clients.s3, artifacts, this.#signal);
    const { functionNames, stateMachineArns } = await deploy(
      clients,
      { ...spec, ...(code ? { code } : {}) },
      clock,
    );
    this.#deployed = { functionNames, stateMachineArns, buckets, artifacts: artifactRecords(artifacts) };
  }

  /** Puts an object into a bucket of the project: bytes, a text, or anything else as JSON. */
  async putObject(bucket: string, key: string, content: Uint8Array | Json): Promise<void> {
    const Body =
      content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
    const Bucket = this.#deployment.buckets[bucket] ?? bucket;
    await this.clients.s3.send(new PutObjectCommand({ Bucket, Key: key, Body }));
  }

  /** Makes a dataset as `dataset` of a scenario does, and uploads it. Equal ones are generated once. */
  async putDataset(dataset: NonNullable<Conditions['dataset']>): Promise<DatasetRecord | undefined> {
    const { path, conditions, running, clients, workspace } = this.#parts;
    conditions.dataset = dataset;
    this.#plan = planProject(path, conditions);
    const located = await this.#plan.dataset!.locate(undefined, this.#signal);
    const onProgress = () => {};
    const files = await located.prepare({
      cacheFolder: workspace.datasetCache,
      damagedFolder: workspace.datasetCache,
      signal: this.#signal,
      onProgress,
    });
    this.#data = { dataset: located, files, keys: [] };
    const place = located.destination(this.#input({}));
    if (place) {
      const bucket = this.#deployment.buckets[place.bucket] ?? place.bucket;
      const adopt = running.adoptObject ? { adopt: running.adoptObject } : {};
      const to = { ...place, bucket, ...adopt, signal: this.#signal, onProgress };
      this.#data.keys = await uploadFiles(clients.s3, files, to);
      this.#data.record = datasetRecord(located, this.#plan.scenario.seed, files, this.#data.keys, place);
    }
    return this.#data.record;
  }

  /** Starts an execution. */
  async start(start: Start = {}): Promise<RunningExecution> {
    const { stateMachine, input = {}, timeoutSeconds = TIMEOUT_SECONDS, complete } = start;
    const asked = this.#input(input);
    this.#started += 1;
    return RunningExecution.start({
      clients: this.clients,
      stateMachineArn: this.#arnOf(stateMachine),
      name: `test-${alphanumeric(this.#parts.random, 12)}`,
      number: this.#started,
      input: withRealBuckets(asked, this.#deployment.buckets),
      buckets: this.#deployment.buckets,
      timeoutSeconds,
      clock: this.#parts.clock,
      ...(this.#parts.running.onExecutionEnd ? { onExecutionEnd: this.#parts.running.onExecutionEnd } : {}),
      record: (arn, startedAtMs) => this.#record([arn], asked, { startedAtMs, complete }),
    });
  }

  /** Runs one execution to its end, however it ends, and answers its record. */
  async execute(start: Start = {}): Promise<RunRecord> {
    const execution = await this.start(start);
    return execution.ended();
  }

  /** The record of any executions on this local AWS: also of those that a notification or another program started. */
  record(...executionArns: [string, ...string[]]): Promise<RunRecord> {
    return this.#record(executionArns, this.#input({}), { startedAtMs: 0 });
  }

  /** Ends the local AWS and removes its state. */
  async stop(): Promise<void> {
    this.clients.close();
    await this.#parts.dispose();
  }

  get #deployment(): Deployed {
    invariant(this.#deployed, 'the project is deployed before it is used');
    return this.#deployed;
  }

  #input(replacements: JsonObject): JsonObject {
    const variables = this.#data?.dataset.variables ?? this.#plan.dataset?.variables ?? {};
    return withReplacements(executionInput(this.project, variables), replacements);
  }

  #arnOf(name = Object.keys(this.project.stateMachines)[0]): string {
    const arn = name === undefined ? undefined : this.stateMachineArns[name];
    if (arn !== undefined) return arn;
    const known = Object.keys(this.project.stateMachines);
    const near = name === undefined ? undefined : nearestName(name, known);
    throw new HarnessError(
      'no-state-machine',
      `The project ${this.project.name} has no state machine ${name ?? 'at all'}.`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file: this.project.file },
        remedy: near ? `Did you mean ${near}?` : `It has ${known.join(', ') || 'none'}.`,
      },
    );
  }

  async #record(
    executionArns: string[],
    input: JsonObject,
    { startedAtMs, complete }: { startedAtMs: number; complete?: CompleteSources | undefined },
  ): Promise<RunRecord> {
    const { running, clock, clients } = this.#parts;
    const { functionNames, buckets, artifacts } = this.#deployment;
    const { watch, reader } = objectsOf(this.#plan, [input], buckets);
    const own = Object.values(this.project.buckets).filter(({ existing }) => !existing);
    const all = own.map(({ name }) => ({ bucket: buckets[name] ?? name, prefix: '' }));
    const collected = await running.collectEvidence({
      identity: {
        runId: `library-${this.#started}`,
        scenario: this.project.name,
        ...(this.project.pack === undefined ? {} : { pack: this.project.pack }),
        functions: { ...functionNames },
        parameters: {},
        artifacts,
        ...(this.#data?.record ? { dataset: this.#data.record } : {}),
      },
      executionArns,
      functionNames: Object.values(functionNames),
      watch: reader ? watch : all,
      contentOf: ['*.json'],
      ...(reader ? { reader } : {}),
      startedAtMs,
      endedAtMs: clock.nowMs(),
      childHistories: true,
    });
    const record = withProjectBuckets(collected, buckets);
    if (!complete) return record;
    const sources = {
      items: itemsSchema.parse(complete.items),
      results: resultsSchema.parse(complete.results),
    };
    const items = await collectItems(sources, {
      s3: clients.s3,
      read: running.readObject ?? readerOf(clients.s3),
      buckets,
      executions: collected.executions,
      dataset: this.#data?.dataset,
      uploaded: { files: this.#data?.files ?? [], keys: this.#data?.keys ?? [] },
    });
    return { ...record, items };
  }
}

interface Deployed {
  functionNames: Readonly<Record<string, string>>;
  stateMachineArns: Readonly<Record<string, string>>;
  /** Real names of the project's buckets. */
  buckets: Readonly<Record<string, string>>;
  artifacts: ArtifactRecord[];
}

interface UploadedDataset {
  dataset: LocatedDataset;
  files: readonly DatasetFile[];
  keys: string[];
  record?: DatasetRecord;
}
