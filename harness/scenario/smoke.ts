/**
 * A scenario against a state machine that is deployed already, such as a version that is to be released: its data
 * goes under a prefix of its own in the environment's buckets, its executions start there, and the same evidence is
 * judged by the same expectations as anywhere else.
 */
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { collectEvidence } from '../backends/evidence/collect-evidence.ts';
import type { Clock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { AwsAccess, AwsClients } from '../deploy/aws-access.ts';
import type { Capability } from '../record/capability.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { DatasetFile, LocatedDataset } from './dataset/dataset-kind.ts';
import { uploadFiles } from './dataset/upload.ts';
import { executionInput } from './execution-input.ts';
import { judgeRun, referencesIn } from './judge-run.ts';
import type { LoadedScenario, PlannedRun } from './load.ts';
import { asksForChildHistories, defaultMachine } from './machine-states.ts';
import { describeCell } from './matrix.ts';
import { CHILD_HISTORIES_UP_TO, datasetRecord, objectsOf } from './observe.ts';
import { allPassed, type JudgedVerdict } from './outcome.ts';
import type { ProgressListener } from './progress.ts';
import { withLocation } from './run.ts';
import { writeEvidence, writeVerdicts } from './run-folder.ts';
import { carryOutSteps } from './steps/index.ts';
import type { StartedExecution } from './steps/step.ts';
import { createRunFolders, removeState, type Workspace } from './workspace.ts';

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
  clients: AwsClients;
  access: AwsAccess;
  /** A state machine or one of its versions. */
  stateMachineArn: string;
  /** Deployed name of each function, by its name in the project. */
  functions: Readonly<Record<string, string>>;
  artifacts: RunRecord['artifacts'];
  workBucket: string;
  dataBucket: string;
  modelFolder: string;
  /** Data and results lie below it, in both buckets. */
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

/** @throws HarnessError `not-a-smoke-scenario` for a scenario that needs a deployment of its own */
export function requireSmokeScenario({ name, runs, source }: LoadedScenario): void {
  const changed = runs.some(({ scenario: { deploy, faults } }) => {
    const code = Object.values(deploy.functions ?? {}).some((one) => (one.source ?? one.code) !== undefined);
    return code || deploy['model'] !== undefined || faults.length > 0;
  });
  if (!changed) return;
  throw new HarnessError(
    'not-a-smoke-scenario',
    `the scenario ${name} asks for other functions, another model or faults: it cannot prove a release`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: source.file },
      remedy: 'name a scenario that only gives data, input and expectations',
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
  const { clients, dataBucket, workBucket } = target;
  const folders = createRunFolders(context.workspace, context.runId);
  const place = `${target.prefix}/${context.runId}`;
  try {
    const dataset = await plan.dataset?.locate(undefined, context.signal);
    const files =
      (await dataset?.prepare({
        cacheFolder: context.workspace.datasetCache,
        damagedFolder: folders.damaged,
        signal: context.signal,
        onProgress: (share, detail) => context.onProgress({ kind: 'stage', stage: 'dataset', detail, share }),
      })) ?? [];
    const { record, steps } = await executeAt(place, { plan, scenario, dataset, files, target, context });
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
    for (const bucket of new Set([dataBucket, workBucket])) await removeAll(clients.s3, bucket, `${place}/`);
  }
}

interface Work {
  plan: PlannedRun;
  scenario: LoadedScenario;
  dataset: LocatedDataset | undefined;
  files: DatasetFile[];
  target: DeployedTarget;
  context: SmokeContext;
}

/** Uploads the data below `place`, carries out the steps, and collects the evidence. */
async function executeAt(place: string, { plan, scenario, dataset, files, target, context }: Work) {
  const { clients, dataBucket, workBucket, stateMachineArn } = target;
  const { project } = plan;
  const { clock, signal, onProgress, runId } = context;
  const prefix = `${place}/data`;
  const variables = { ...plan.cell, ...dataset?.variables };
  const input: JsonObject = {
    ...executionInput(project, variables, plan.scenario.execution.input),
    bucket: workBucket,
    data_bucket: dataBucket,
    data_prefix: prefix,
    result_path: `${place}/results`,
    S3_object_name: target.modelFolder,
  };
  const keys = await uploadFiles(clients.s3, files, {
    bucket: dataBucket,
    prefix: `${prefix}/`,
    signal,
    onProgress: (share, detail) => onProgress({ kind: 'stage', stage: 'upload', detail, share }),
  });
  const startedAtMs = clock.nowMs();
  const executions: StartedExecution[] = [];
  const machine = defaultMachine(plan.scenario, project);
  const steps = await carryOutSteps(plan.scenario.steps, {
    clients,
    stateMachineArns: { [machine]: stateMachineArn },
    stateMachine: machine,
    functionNames: target.functions,
    buckets: {},
    defaultBuckets: { object: workBucket, partition: dataBucket },
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
  const record = await collectEvidence(release, clock, {
    identity: {
      runId,
      scenario: scenario.name,
      ...(project.pack === undefined ? {} : { pack: project.pack }),
      functions: { ...target.functions },
      parameters: { ...plan.cell },
      artifacts: target.artifacts,
      ...(dataset
        ? {
            dataset: datasetRecord(dataset, plan.scenario.seed, files, keys, {
              bucket: dataBucket,
              prefix,
            }),
          }
        : {}),
    },
    executionArns: executions.map(({ arn }) => arn),
    functionNames: Object.values(target.functions),
    ...objectsOf(
      plan,
      executions.map((one) => one.input),
      {},
    ),
    startedAtMs,
    endedAtMs: clock.nowMs(),
    childHistories: files.length <= CHILD_HISTORIES_UP_TO || asksForChildHistories(plan.scenario, project),
  });
  return { record, steps };
}

async function removeAll(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    const Objects = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length === 0) continue;
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
}
