/**
 * A scenario against state machines that are deployed already, such as versions that are to be released. The same
 * evidence is judged by the same expectations as anywhere else; objects of others are never replaced or deleted.
 */
import { collectEvidence } from '../backends/evidence/collect-evidence.ts';
import { readerOf } from '../backends/evidence/objects.ts';
import type { Clock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type AwsAccess, type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import type { Capability } from '../record/capability.ts';
import type { RunRecord } from '../record/run-record.ts';
import { itemsOf } from './collect-items.ts';
import type { DatasetFile, LocatedDataset } from './dataset/dataset-kind.ts';
import { uploadFiles } from './dataset/upload.ts';
import { bucketNames } from './deploy-run.ts';
import { type BucketNames, executionInput, withRealBuckets } from './execution-input.ts';
import { judgeRun, referencesIn } from './judge-run.ts';
import type { LoadedScenario, PlannedRun } from './load.ts';
import { asksForChildHistories, defaultMachine } from './machine-states.ts';
import { describeCell } from './matrix.ts';
import { CHILD_HISTORIES_UP_TO, datasetRecord, objectsOf, withProjectBuckets } from './observe.ts';
import { allPassed, type JudgedVerdict } from './outcome.ts';
import { OwnObjects } from './own-objects.ts';
import { packRuns } from './pack-run.ts';
import type { ProgressListener } from './progress.ts';
import { withLocation } from './run.ts';
import { writeEvidence, writeVerdicts } from './run-folder.ts';
import { carryOutSteps } from './steps/index.ts';
import type { StartedExecution } from './steps/step.ts';
import { createRunFolders, type RunFolders, removeState, type Workspace } from './workspace.ts';

/** What real AWS can do; what it cannot (faults, coverage) stays unjudged. */
const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'distributed-map',
  'map-run-status',
  'child-histories',
  'express',
  'logs',
  'report-lines',
  'emf-metrics',
  'memory-enforcement',
  'timeout-enforcement',
  'quotas',
  'iam-enforcement',
]);

export interface DeployedTarget {
  access: AwsAccess;
  /** State machines or their versions, by name in the project. */
  stateMachineArns: Readonly<Record<string, string>>;
  /** Deployed name of each function, by its name in the project. */
  functions: Readonly<Record<string, string>>;
  artifacts: RunRecord['artifacts'];
  /** Real names of the project's buckets. */
  buckets: BucketNames;
  /** Where a pack can tell its pipeline so, data and results lie below it; without a slash at its end. */
  prefix: string;
}

export interface SmokeContext {
  workspace: Workspace;
  clock: Clock;
  /** Names the run and its executions; unique. */
  runId: string;
  signal: AbortSignal;
  onProgress: ProgressListener;
}

export interface SmokeRun {
  /** `tiny` or `orders[rows=200]`. */
  name: string;
  runFolder: string;
  record: RunRecord;
  verdicts: JudgedVerdict[];
  passed: boolean;
}

/** @throws HarnessError `not-a-smoke-scenario` for a scenario that needs a deployment or a backend of its own */
export function requireSmokeScenario({ name, runs, source }: LoadedScenario): void {
  const asked = new Set(
    runs.flatMap(({ scenario: { deploy, faults, limits, mocks, clock, steps } }) => [
      ...Object.keys(deploy).map((field) => `deploy.${field}`),
      ...(faults.length > 0 ? ['faults'] : []),
      ...(limits ? ['limits'] : []),
      ...(mocks ? ['mocks'] : []),
      ...(clock === 'virtual' ? ['clock: virtual'] : []),
      // Buckets notify the new version only once it serves.
      ...(steps.some((step) => step.execute ?? step.together ?? step.invoke)
        ? []
        : ['an execution that none of its steps starts']),
    ]),
  );
  if (asked.size === 0) return;
  throw new HarnessError(
    'not-a-smoke-scenario',
    `the scenario ${name} cannot prove a release: it asks for ${[...asked].join(', ')}`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: source.file },
      remedy: 'name a scenario that only gives data, input, steps and expectations',
    },
  );
}

/** Carries out one cell against the target; what it has put there is removed again. */
export async function runAgainst(
  plan: PlannedRun,
  scenario: LoadedScenario,
  target: DeployedTarget,
  context: SmokeContext,
): Promise<SmokeRun> {
  const folders = createRunFolders(context.workspace, context.runId);
  const place = `${target.prefix}/${context.runId}`;
  const clients = clientsFor(target.access);
  const objects = new OwnObjects();
  objects.guard(clients.s3);
  try {
    const data = await prepareData(plan, folders, clients, context);
    const { record, steps } = await executeAt(place, { plan, scenario, data, target, clients, context });
    writeEvidence(folders.run, record);
    const evidence = { record, runFolder: folders.run, references: referencesIn(plan.folder, false) };
    const verdicts = judgeRun(plan.scenario, steps, evidence).map((one) =>
      withLocation(one, scenario.source),
    );
    writeVerdicts(folders.run, verdicts);
    const label = describeCell(plan.cell);
    return {
      name: label === '' ? scenario.name : `${scenario.name}[${label}]`,
      runFolder: folders.run,
      record,
      verdicts,
      passed: allPassed(verdicts),
    };
  } finally {
    await removeState(folders);
    await objects.removeAll(clients.s3, Object.values(target.buckets), `${place}/`);
    clients.close();
  }
}

interface SmokeData {
  dataset?: LocatedDataset;
  files: readonly DatasetFile[];
  /** Keys of files that are there already. */
  keys?: readonly string[];
}

async function prepareData(
  { dataset: plan }: PlannedRun,
  { damaged }: RunFolders,
  { s3 }: AwsClients,
  { workspace, signal, onProgress }: SmokeContext,
): Promise<SmokeData> {
  if (!plan) return { files: [] };
  const dataset = await plan.locate(plan.inPlace ? s3 : undefined, signal);
  if (dataset.inPlace) return { dataset, ...dataset.inPlace };
  const files = await dataset.prepare({
    cacheFolder: workspace.datasetCache,
    damagedFolder: damaged,
    signal,
    onProgress: (share, detail) => onProgress({ kind: 'stage', stage: 'dataset', detail, share }),
  });
  return { dataset, files };
}

interface Work {
  plan: PlannedRun;
  scenario: LoadedScenario;
  data: SmokeData;
  target: DeployedTarget;
  clients: AwsClients;
  context: SmokeContext;
}

/** Uploads the data, carries out the steps, and collects the evidence. */
async function executeAt(place: string, { plan, scenario, data, target, clients, context }: Work) {
  const { project } = plan;
  const { dataset, files } = data;
  const { clock, signal, onProgress, runId } = context;
  const pack = packRuns.of(project.pack);
  const asked = executionInput(
    project,
    { ...plan.cell, ...dataset?.variables },
    plan.scenario.execution.input,
  );
  const names = bucketNames(project, asked, (name) => target.buckets[name] ?? name);
  const renamed = withRealBuckets(asked, names.all);
  const input = pack?.below(renamed, place, { data: !dataset?.inPlace }) ?? renamed;
  const destination = dataset?.destination(input);
  const real = destination && { ...destination, bucket: names.all[destination.bucket] ?? destination.bucket };
  const keys = data.keys ?? (real ? await upload(files, real, clients, context) : []);
  const only = Object.values(names.all).length === 1 ? Object.values(names.all)[0] : undefined;
  const objectBucket = pack?.objectBucket(input) ?? only;
  const startedAtMs = clock.nowMs();
  const executions: StartedExecution[] = [];
  const steps = await carryOutSteps(plan.scenario.steps, {
    clients,
    stateMachineArns: target.stateMachineArns,
    stateMachine: defaultMachine(plan.scenario, project),
    functionNames: target.functions,
    buckets: names.all,
    defaultBuckets: {
      ...(objectBucket === undefined ? {} : { object: objectBucket }),
      ...(real ? { partition: real.bucket } : {}),
    },
    runId,
    startedAtMs,
    input,
    files,
    folder: plan.folder,
    root: project.folder,
    timeoutSeconds: plan.scenario.execution.timeoutSeconds,
    clock,
    signal,
    onProgress,
    executions,
  });
  const release = { name: 'release', capabilities: CAPABILITIES, access: target.access };
  const collected = await collectEvidence(release, clock, {
    identity: {
      runId,
      scenario: scenario.name,
      ...(project.pack === undefined ? {} : { pack: project.pack }),
      functions: { ...target.functions },
      parameters: { ...plan.cell },
      artifacts: target.artifacts,
      ...(dataset && destination
        ? { dataset: datasetRecord(dataset, plan.scenario.seed, files, keys, destination) }
        : {}),
    },
    executionArns: executions.map(({ arn }) => arn),
    functionNames: Object.values(target.functions),
    ...objectsOf(
      plan,
      executions.map((one) => one.input),
      names.all,
    ),
    startedAtMs,
    endedAtMs: clock.nowMs(),
    childHistories: files.length <= CHILD_HISTORIES_UP_TO || asksForChildHistories(plan.scenario, project),
  });
  const items = await itemsOf(plan.scenario, {
    s3: clients.s3,
    read: readerOf(clients.s3),
    buckets: names.all,
    executions: collected.executions.filter((one) => steps.judged.includes(one.executionArn)),
    dataset,
    uploaded: { files, keys },
  });
  const record = { ...withProjectBuckets(collected, names.all), ...(items ? { items } : {}) };
  return { record, steps };
}

function upload(
  files: readonly DatasetFile[],
  place: { bucket: string; prefix: string },
  { s3 }: AwsClients,
  { signal, onProgress }: SmokeContext,
): Promise<string[]> {
  return uploadFiles(s3, files, {
    ...place,
    signal,
    onProgress: (share, detail) => onProgress({ kind: 'stage', stage: 'upload', detail, share }),
  });
}
