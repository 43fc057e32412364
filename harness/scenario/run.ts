/**
 * One run: data, backend, deployment, execution, evidence, verdicts. Owns what it starts (backend, clients, state
 * folder) and ends it whatever happens; a failed expectation is an outcome, everything else an error.
 */
import type { Backend, RunningBackend } from '../backends/backend.ts';
import { readerOf } from '../backends/evidence/objects.ts';
import { type Clock, VirtualClock } from '../core/clock.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { Random } from '../core/random.ts';
import { type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DocumentSource } from '../document/source.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { RunRecord } from '../record/run-record.ts';
import { itemsOf } from './collect-items.ts';
import { withSha256 } from './dataset/dataset-digest.ts';
import type { DatasetFile, LocatedDataset, PrepareOptions } from './dataset/dataset-kind.ts';
import { uploadFiles } from './dataset/upload.ts';
import { type BuildContext, mockedMachines, planRun } from './deploy-run.ts';
import { artifactRecords } from './deployment.ts';
import { estimateRun } from './estimate-cost.ts';
import { injectFaults } from './inject-faults.ts';
import { judgeRun, referencesIn } from './judge-run.ts';
import { limitsFor } from './limits-schema.ts';
import type { PlannedRun } from './load.ts';
import { asksForChildHistories, defaultMachine } from './machine-states.ts';
import {
  ATTRIBUTED_CHILDREN_UP_TO,
  CHILD_HISTORIES_UP_TO,
  datasetRecord,
  objectsOf,
  withProjectBuckets,
} from './observe.ts';
import { allPassed, type JudgedVerdict, type RunOutcome } from './outcome.ts';
import { filesFound, packRuns } from './pack-run.ts';
import { type ProgressListener, timedListener } from './progress.ts';
import { requireCapabilities } from './require-capabilities.ts';
import { writeEvidence, writeVerdicts } from './run-folder.ts';
import { runIdOf } from './run-id.ts';
import type { Stage } from './stages.ts';
import { carryOutSteps, executionsOf, type StepsOutcome } from './steps/index.ts';
import type { StartedExecution } from './steps/step.ts';
import { unservedFunctions } from './unserved-functions.ts';
import { uploadCode } from './upload-code.ts';
import { createRunFolders, type RunFolders, removeState } from './workspace.ts';
import { keysPut, listBuckets, writtenObjects } from './written-objects.ts';

export interface RunContext extends BuildContext {
  backend: Backend;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
  /** Keeps the state folder of a run that passed. */
  keep: boolean;
  /** Writes snapshots and baselines anew instead of comparing with them. */
  update?: boolean;
  /** How many runs share this machine at the same time; 1 when left out. */
  sideBySide?: number;
  /** With `--repeat`: what the other repeats have brought so far. */
  repeats?(): Evidence['repeats'];
  onProgress: ProgressListener;
  log?: (line: string) => void;
}

/** Carries out one cell of a scenario. */
export async function runCell(
  plan: PlannedRun,
  source: DocumentSource,
  outer: RunContext,
): Promise<RunOutcome> {
  const timed = timedListener(outer.onProgress, monotonicMs);
  const context = { ...outer, onProgress: timed.listener };
  const runId = runIdOf(plan, context.clock.nowMs(), context.random);
  const folders = createRunFolders(context.workspace, runId);
  const known = plan.dataset?.files;
  if (plan.dataset)
    report(context, 'dataset', known === undefined ? 'asking what there is' : `${known} files`);
  const stopPreparing = new AbortController();
  const copied = plan.dataset?.inPlace
    ? undefined
    : await prepareData(plan, folders, {
        ...context,
        signal: AbortSignal.any([context.signal, stopPreparing.signal]),
      });
  let ended: Ended;
  try {
    ended = await runOnStarted(plan, copied, { runId, folders, context });
  } finally {
    stopPreparing.abort();
    await copied?.files.catch(() => {});
  }
  report(context, 'judge', '');
  const record = { ...ended.record, stagesMs: { ...timed.stagesMs } };
  writeEvidence(folders.run, record);
  const references = referencesIn(plan.folder, context.update ?? false);
  const repeats = context.repeats?.();
  const evidence = { record, runFolder: folders.run, references, ...(repeats ? { repeats } : {}) };
  const verdicts = judgeRun(plan.scenario, ended.steps, evidence).map(
    (verdict): JudgedVerdict => withLocation(verdict, source),
  );
  writeVerdicts(folders.run, verdicts);
  const passed = allPassed(verdicts);
  report(context, 'clean', '');
  if (passed && !context.keep) await removeState(folders);
  timed.finish();
  return {
    scenario: plan.scenario.name,
    file: source.file,
    cell: plan.cell,
    runId,
    runFolder: folders.run,
    record,
    verdicts,
    passed,
    stagesMs: timed.stagesMs,
  };
}

/** Starts the backend, and ends it whatever happens. */
async function runOnStarted(
  plan: PlannedRun,
  copied: RunData | undefined,
  { runId, folders, context }: { runId: string; folders: RunFolders; context: RunContext },
): Promise<Ended> {
  context.signal.throwIfAborted();
  report(context, 'start', context.backend.name);
  const { scenario } = plan;
  const running = await context.backend.start({
    // Virtual time is the machines' alone: deploying, polling and deadlines stay with the wall.
    clock: scenario.clock === 'virtual' ? new VirtualClock(context.clock.nowMs()) : context.clock,
    ...(scenario.limits ? { limits: limitsFor(scenario.limits) } : {}),
    ...(scenario.iam === 'off' ? {} : { iam: scenario.iam }),
    random: context.random.fork(runId),
    stateFolder: folders.state,
    packagesFolder: context.workspace.packageCache,
    deploymentsFolder: context.workspace.deployments,
    signal: context.signal,
    ...(context.log ? { log: context.log } : {}),
  });
  const clients = clientsFor(running.access);
  try {
    requireCapabilities(scenario, running);
    const data = copied ?? (await dataInPlace(plan, clients, context.signal));
    // A deployment elsewhere may cost something, so it waits for data that may turn out to be unusable.
    if (!running.adoptObject) await data.files;
    return await runOnBackend({ plan, data, running, clients, runId, context });
  } catch (error) {
    throw running.explain ? await running.explain(error) : error;
  } finally {
    clients.close();
    await running.stop();
  }
}

/** The dataset of a run. */
interface RunData {
  dataset?: LocatedDataset;
  /** Ready to upload; generated and checked while the backend starts and deploys. */
  files: Promise<readonly DatasetFile[]>;
  /** Keys of files that are not uploaded, for they are there. */
  keys?: readonly string[];
}

interface Work {
  plan: PlannedRun;
  data: RunData;
  running: RunningBackend;
  clients: AwsClients;
  runId: string;
  context: RunContext;
}

interface Ended {
  record: RunRecord;
  steps: StepsOutcome;
}

/** Deploys, uploads, executes and collects; everything through the SDK. */
async function runOnBackend({ plan, data, running, clients, runId, context }: Work): Promise<Ended> {
  const { scenario, project } = plan;
  const { dataset } = data;
  report(context, 'deploy', '');
  const { input, buckets, artifacts, spec } = await planRun(plan, dataset, running, context);
  const code = await uploadCode(running, clients.s3, artifacts, context.signal);
  const deployment = await deploy(clients, { ...spec, ...(code ? { code } : {}) }, context.clock, {
    onPlan: async (made) =>
      running.approve?.(
        made,
        estimateRun(project.pack, { dataset, input, plan: made, executions: executionsOf(scenario.steps) }),
      ),
  });
  const files = await data.files;
  const place = dataset?.destination(input);
  const real = place && { ...place, bucket: buckets[place.bucket] ?? place.bucket };
  const keys = data.keys ?? (real ? await upload(files, real, { running, clients, context }) : []);
  const pack = packRuns.of(project.pack);
  if (pack?.reference && dataset) report(context, 'reference', '');
  const reference = dataset
    ? await pack?.reference?.({
        files: filesFound(scenario, files, keys),
        input,
        s3: clients.s3,
        project: spec.project,
        artifacts,
        seed: scenario.seed,
        signal: context.signal,
      })
    : undefined;
  // A bucket that others write into too says nothing of this run.
  const own = Object.entries(buckets).flatMap(([name, bucket]) =>
    project.buckets[name]?.existing ? [] : [bucket],
  );
  const before = running.invocations ? await listBuckets(clients.s3, own) : undefined;
  const startedAtMs = context.clock.nowMs();
  report(context, 'execute', '');
  const executions: StartedExecution[] = [];
  const lift = await injectFaults(running, scenario.faults);
  const only = Object.values(buckets).length === 1 ? Object.values(buckets)[0] : undefined;
  const objectBucket = pack?.objectBucket(input) ?? only;
  const steps = await carryOutSteps(scenario.steps, {
    clients,
    stateMachineArns: mockedMachines(running, plan, deployment.stateMachineArns),
    stateMachine: defaultMachine(scenario, project),
    functionNames: deployment.functionNames,
    buckets,
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
    timeoutSeconds: scenario.execution.timeoutSeconds,
    clock: context.clock,
    signal: context.signal,
    onProgress: context.onProgress,
    ...(running.onExecutionEnd ? { onExecutionEnd: running.onExecutionEnd } : {}),
    executions,
  }).finally(lift);
  context.signal.throwIfAborted();
  report(context, 'collect', '');
  const collected = await running.collectEvidence({
    identity: {
      runId,
      scenario: scenario.name,
      ...(project.pack === undefined ? {} : { pack: project.pack }),
      functions: { ...deployment.functionNames },
      parameters: { ...plan.cell },
      artifacts: artifactRecords(artifacts),
      ...(dataset && place ? { dataset: datasetRecord(dataset, scenario.seed, files, keys, place) } : {}),
    },
    executionArns: executions.map(({ arn }) => arn),
    functionNames: Object.values(deployment.functionNames),
    ...objectsOf(
      plan,
      executions.map((one) => one.input),
      buckets,
    ),
    startedAtMs,
    endedAtMs: context.clock.nowMs(),
    childHistories:
      files.length <= (running.invocations ? CHILD_HISTORIES_UP_TO : ATTRIBUTED_CHILDREN_UP_TO) ||
      asksForChildHistories(scenario, project),
    ...(scenario.mocks ? { mockedStates: Object.keys(scenario.mocks) } : {}),
  });
  const items = await itemsOf(scenario, {
    s3: clients.s3,
    read: running.readObject ?? readerOf(clients.s3),
    buckets,
    executions: collected.executions.filter((one) => steps.judged.includes(one.executionArn)),
    dataset,
    uploaded: { files, keys },
  });
  const written = before
    ? await writtenObjects(clients.s3, { buckets: own, before, inputs: keysPut(scenario.steps) })
    : undefined;
  const { sideBySide = 1 } = context;
  const record = {
    ...withProjectBuckets(collected, buckets),
    ...unservedFunctions(collected, scenario, project, deployment.stateMachineArns),
    evidence: { ...collected.evidence, ...reference },
    ...(items ? { items } : {}),
    ...(written ? { written } : {}),
    ...(sideBySide > 1 ? { sideBySide } : {}),
  };
  return { record, steps };
}

function upload(
  files: readonly DatasetFile[],
  place: { bucket: string; prefix: string },
  { running, clients, context }: Pick<Work, 'running' | 'clients' | 'context'>,
): Promise<string[]> {
  return uploadFiles(clients.s3, files, {
    ...place,
    ...(running.adoptObject ? { adopt: running.adoptObject } : {}),
    signal: context.signal,
    onProgress: (share, detail) => report(context, 'upload', detail, share),
  });
}

/** Begins to make the files that go to the run's S3, generated or copied to this machine. */
async function prepareData(plan: PlannedRun, folders: RunFolders, context: RunContext): Promise<RunData> {
  if (!plan.dataset) return { files: Promise.resolve([]) };
  const dataset = await plan.dataset.locate(undefined, context.signal);
  const files = dataset.prepare(prepareOptions(folders, context)).then(withSha256);
  // A failure is the run's where it awaits the files.
  files.catch(() => {});
  return { dataset, files };
}

/** Data that is read where it lies: nothing of it comes to this machine. */
async function dataInPlace(plan: PlannedRun, { s3 }: AwsClients, signal: AbortSignal): Promise<RunData> {
  const dataset = await plan.dataset!.locate(s3, signal);
  const { files, keys } = dataset.inPlace!;
  return { dataset, files: Promise.resolve(files), keys };
}

function prepareOptions(folders: RunFolders, context: RunContext): PrepareOptions {
  return {
    cacheFolder: context.workspace.datasetCache,
    damagedFolder: folders.damaged,
    signal: context.signal,
    onProgress: (share, detail) => report(context, 'dataset', detail, share),
  };
}

function report(context: RunContext, stage: Stage, detail: string, share?: number): void {
  context.onProgress({ kind: 'stage', stage, detail, ...(share === undefined ? {} : { share }) });
}

/** A verdict with its place in the scenario file. */
export function withLocation(verdict: JudgedVerdict, source: DocumentSource): JudgedVerdict {
  if (verdict.path.length === 0) return verdict;
  const { file, line, column } = source.diagnose(verdict.path, '');
  return { ...verdict, location: { file, line, column } };
}
