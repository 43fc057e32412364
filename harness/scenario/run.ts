/**
 * One run: data, backend, deployment, execution, evidence, verdicts. Owns what it starts (backend, clients, state
 * folder) and ends it whatever happens; a failed expectation is an outcome, everything else an error.
 */
import type { ArtifactSet, BuildOptions } from '../artifacts/build-artifacts.ts';
import { objectsToCollect } from '../assertions/objects.ts';
import type { Backend, RunningBackend } from '../backends/backend.ts';
import { type Clock, VirtualClock } from '../core/clock.ts';
import { invariant } from '../core/invariant.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { Random } from '../core/random.ts';
import { type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DocumentSource } from '../document/source.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { nearestProject } from '../project/nearest-project.ts';
import type { DatasetRecord, RunRecord } from '../record/run-record.ts';
import type { PartitionFile, PrepareOptions } from './dataset.ts';
import { artifactRecords, deploymentSpec, scenarioProject } from './deployment.ts';
import { estimateRun } from './estimate-cost.ts';
import { executionInput, renamedBuckets, textField, watchedPrefix } from './execution-input.ts';
import { injectFaults } from './inject-faults.ts';
import { judgeRun, referencesIn } from './judge-run.ts';
import { limitsFor } from './limits-schema.ts';
import type { PlannedRun } from './load.ts';
import { MOCK_TEST_CASE, mockConfig } from './mocks-schema.ts';
import { allPassed, type JudgedVerdict, type RunOutcome } from './outcome.ts';
import {
  type LocatedRun,
  liesInPlace,
  type Partitions,
  partitionsInPlace,
  preparePartitions,
} from './partitions.ts';
import { asksForChildHistories } from './pipeline-states.ts';
import { type ProgressListener, timedListener } from './progress.ts';
import { requireCapabilities } from './require-capabilities.ts';
import { writeEvidence, writeVerdicts } from './run-folder.ts';
import { runIdOf } from './run-id.ts';
import type { Stage } from './stages.ts';
import { carryOutSteps, type StepsOutcome } from './steps/index.ts';
import type { StartedExecution } from './steps/step.ts';
import { uploadPartitions } from './upload.ts';
import { uploadCode } from './upload-code.ts';
import { createRunFolders, type RunFolders, removeState, type Workspace } from './workspace.ts';

export interface RunContext {
  backend: Backend;
  workspace: Workspace;
  /** Builds what is deployed; the same options may be answered from memory. */
  artifacts(options: BuildOptions): Promise<ArtifactSet>;
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

/** Children of Map Runs beyond this number are recorded without their histories. */
export const CHILD_HISTORIES_UP_TO = 200;

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
  const known = plan.dataset.files;
  report(context, 'dataset', known === undefined ? 'asking what there is' : `${known} partitions`);
  const copied = liesInPlace(plan)
    ? undefined
    : await preparePartitions(plan, prepareOptions(plan, folders, context));
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
  let ended: Ended;
  const clients = clientsFor(running.access);
  try {
    requireCapabilities(scenario, running);
    const partitions = copied ?? (await partitionsInPlace(plan, clients.s3, context.signal));
    ended = await runOnBackend({ partitions, running, clients, runId, context });
  } catch (error) {
    throw running.explain ? await running.explain(error) : error;
  } finally {
    clients.close();
    await running.stop();
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

interface Work {
  partitions: Partitions;
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
async function runOnBackend({ partitions, running, clients, runId, context }: Work): Promise<Ended> {
  const { run: plan, files } = partitions;
  const { scenario } = plan;
  report(context, 'deploy', '');
  const { input, artifacts, spec } = await planRun(plan, running, context);
  const code = await uploadCode(running, clients.s3, artifacts, context.signal);
  const deployment = await deploy(clients, { ...spec, ...(code ? { code } : {}) }, context.clock, {
    onPlan: async (made) => running.approve?.(made, estimateRun(plan, input, made)),
  });
  const bucket = textField(input, 'data_bucket', 'cosmicai-data');
  const prefix = textField(input, 'data_prefix', 'partitions').replace(/\/+$/, '');
  const keys =
    partitions.keys ??
    (await uploadPartitions(clients.s3, files, {
      bucket,
      prefix,
      ...(running.adoptObject ? { adopt: running.adoptObject } : {}),
      signal: context.signal,
      onProgress: (share, detail) => report(context, 'upload', detail, share),
    }));
  const startedAtMs = context.clock.nowMs();
  report(context, 'execute', '');
  const executions: StartedExecution[] = [];
  const lift = await injectFaults(running, scenario.faults);
  const steps = await carryOutSteps(scenario.steps, {
    clients,
    stateMachineArn: mockedMachine(running, deployment.stateMachineArn, scenario.mocks),
    runId,
    input,
    files,
    folder: plan.folder,
    timeoutSeconds: scenario.execution.timeoutSeconds,
    clock: context.clock,
    signal: context.signal,
    onProgress: context.onProgress,
    ...(running.onExecutionEnd ? { onExecutionEnd: running.onExecutionEnd } : {}),
    executions,
  }).finally(lift);
  context.signal.throwIfAborted();
  report(context, 'collect', '');
  const { contentOf, prefixes } = objectsToCollect(scenario.expect.objects ?? []);
  const record = await running.collectEvidence({
    identity: {
      runId,
      scenario: scenario.name,
      parameters: { ...plan.cell },
      artifacts: artifactRecords(artifacts),
      dataset: datasetRecord(plan, files, keys, bucket, prefix),
    },
    executionArns: executions.map(({ arn }) => arn),
    functionNames: Object.values(deployment.functionNames),
    watch: [
      ...executions.map((one) => watchedPrefix(one.input)),
      ...prefixes.map((one) => ({ bucket: textField(input, 'bucket', 'team4-cosmical'), ...one })),
    ],
    contentOf,
    startedAtMs,
    endedAtMs: context.clock.nowMs(),
    childHistories: files.length <= CHILD_HISTORIES_UP_TO || asksForChildHistories(scenario),
    ...(scenario.mocks ? { mockedStates: Object.keys(scenario.mocks) } : {}),
  });
  const { sideBySide = 1 } = context;
  return { record: { ...record, ...(sideBySide > 1 ? { sideBySide } : {}) }, steps };
}

/** The machine to start: with mocks its test case, which the backend has been told of. */
function mockedMachine(running: RunningBackend, arn: string, mocks: PlannedRun['scenario']['mocks']): string {
  if (!mocks) return arn;
  invariant(running.useMocks, `${running.name} has mocks and no way to use them`);
  running.useMocks(mockConfig(arn.slice(arn.lastIndexOf(':') + 1), mocks));
  return `${arn}#${MOCK_TEST_CASE}`;
}

/** What a run is asked and what it deploys, with the names and the environment that the place asks for. */
export async function planRun(
  { scenario, folder, dataset }: LocatedRun,
  running: RunningBackend,
  { workspace, artifacts: build }: Pick<RunContext, 'workspace' | 'artifacts'>,
) {
  const { naming, functionEnvironment: environment } = running;
  const inPlace = dataset.spec.s3?.inPlace ?? false;
  const input = renamedBuckets(executionInput(scenario.execution.input, dataset), naming, inPlace);
  const project = scenarioProject(nearestProject(folder), scenario.deploy, input, folder);
  await running.checkProject?.(project);
  const { functionTarget: target } = running;
  const artifacts = await build({ project, cacheFolder: workspace.artifactCache, target });
  const spec = deploymentSpec(project, scenario.deploy, input, artifacts, {
    ...(naming ? { prefix: naming.prefix } : {}),
    ...(environment ? { environment } : {}),
    ...(inPlace ? { dataInPlace: true } : {}),
  });
  return { input, artifacts, spec };
}

function prepareOptions(plan: PlannedRun, folders: RunFolders, context: RunContext): PrepareOptions {
  return {
    seed: plan.scenario.seed,
    cacheFolder: context.workspace.datasetCache,
    damagedFolder: folders.damaged,
    signal: context.signal,
    onProgress: (share, detail) => report(context, 'dataset', detail, share),
  };
}

function report(context: RunContext, stage: Stage, detail: string, share?: number): void {
  context.onProgress({ kind: 'stage', stage, detail, ...(share === undefined ? {} : { share }) });
}

/** What was uploaded, for the record. */
export function datasetRecord(
  plan: LocatedRun,
  files: readonly PartitionFile[],
  keys: readonly string[],
  bucket: string,
  prefix: string,
): DatasetRecord {
  const partitionMB = plan.dataset.spec.generate?.partitionMB;
  return {
    bucket,
    prefix,
    format: plan.dataset.format,
    seed: plan.scenario.seed,
    ...(partitionMB === undefined ? {} : { partitionMB }),
    partitions: files.map(({ sizeBytes, samples }, index) => ({
      key: keys[index]!,
      sizeBytes,
      ...(samples === undefined ? {} : { samples }),
    })),
  };
}

/** A verdict with its place in the scenario file. */
export function withLocation(verdict: JudgedVerdict, source: DocumentSource): JudgedVerdict {
  if (verdict.path.length === 0) return verdict;
  const { file, line, column } = source.diagnose(verdict.path, '');
  return { ...verdict, location: { file, line, column } };
}
