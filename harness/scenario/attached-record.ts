/**
 * The record of an execution that was started elsewhere: by hand, by a schedule, by another tool. Its functions are
 * those that its definition and its history name; a scenario adds the names of its project, and what to judge.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunningBackend } from '../backends/backend.ts';
import { readerOf } from '../backends/evidence/objects.ts';
import type { Clock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import { calledFunctions } from '../metrics/cost/states-of-functions.ts';
import type { Project } from '../project/project.ts';
import type { DatasetRecord, RunRecord } from '../record/run-record.ts';
import { itemsOf } from './collect-items.ts';
import type { LocatedDataset } from './dataset/dataset-kind.ts';
import type { PlannedRun } from './load.ts';
import { objectsOf } from './observe.ts';

/** Clocks of services differ, and REPORT lines come after the end of an invocation. */
const SLACK_MS = 2000;

/** @throws HarnessError `no-such-execution` (exit code 2) */
export async function attachedRecord(
  running: RunningBackend,
  clients: AwsClients,
  executionArn: string,
  { clock, plan }: { clock: Clock; plan?: PlannedRun },
): Promise<RunRecord> {
  const { name, input, definition } = await describe(clients, executionArn);
  const deployed = calledFunctions(definition);
  const functions = plan ? namesOf(plan.project, deployed) : undefined;
  const dataset = plan?.dataset ? await plan.dataset.locate(clients.s3) : undefined;
  const nowMs = clock.nowMs();
  const record = await running.collectEvidence({
    identity: {
      runId: name,
      scenario: plan?.scenario.name ?? executionArn.split(':').at(-2) ?? name,
      ...(plan?.project.pack === undefined ? {} : { pack: plan.project.pack }),
      ...(functions ? { functions } : {}),
      parameters: { ...plan?.cell },
      artifacts: [],
      ...(plan && dataset ? { dataset: await datasetThere(dataset, plan, input, clients.s3) } : {}),
    },
    executionArns: [executionArn],
    functionNames: deployed,
    ...(plan ? objectsOf(plan, [input], sameNames(plan.project)) : { watch: [] }),
    startedAtMs: nowMs,
    endedAtMs: nowMs,
    childHistories: true,
  });
  const items =
    plan &&
    (await itemsOf(plan.scenario, {
      s3: clients.s3,
      read: running.readObject ?? readerOf(clients.s3),
      buckets: sameNames(plan.project),
      executions: record.executions,
      dataset,
      uploaded: { files: [], keys: record.dataset?.partitions.map(({ key }) => key) ?? [] },
    }));
  return { ...within(record), ...(items ? { items } : {}) };
}

async function describe(
  { stepfunctions }: AwsClients,
  executionArn: string,
): Promise<{ name: string; input: JsonObject; definition: Json }> {
  try {
    const { name, input } = await stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
    const machine = await stepfunctions.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    const value = JSON.parse(input ?? '{}') as Json;
    return {
      name: name ?? executionArn,
      input: isJsonObject(value) ? value : {},
      definition: JSON.parse(machine.definition ?? '{}') as Json,
    };
  } catch (error) {
    const { name, message } = error as Error;
    if (!/^(ExecutionDoesNotExist|InvalidArn|StateMachineTypeNotSupported|ValidationException)/.test(name))
      throw error;
    throw new HarnessError('no-such-execution', `${executionArn} cannot be reported: ${name}: ${message}`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Name a STANDARD execution of that account, region or endpoint.',
      cause: error,
    });
  }
}

/** Deployed names by the project's: equal, or after a prefix that the deployment put before them. */
function namesOf({ functions }: Project, deployed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.keys(functions).flatMap((name) => {
      const found = deployed.find((one) => one === name) ?? deployed.find((one) => one.endsWith(`-${name}`));
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

const sameNames = ({ buckets }: Project) =>
  Object.fromEntries(Object.keys(buckets).map((name) => [name, name]));

/** What lies where the pipeline looks for its data. */
async function datasetThere(
  dataset: LocatedDataset,
  { scenario }: PlannedRun,
  input: JsonObject,
  s3: S3Client,
): Promise<DatasetRecord> {
  const { bucket, prefix } = dataset.destination(input);
  const partitions: DatasetRecord['partitions'] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  )) {
    for (const { Key = '', Size = 0 } of Contents) partitions.push({ key: Key, sizeBytes: Size });
  }
  return { ...dataset.record, bucket, prefix: prefix.replace(/\/$/, ''), seed: scenario.seed, partitions };
}

/** Without what the functions did for others, before and after; what others did meanwhile cannot be told apart. */
function within(record: RunRecord): RunRecord {
  const [execution] = record.executions;
  if (!execution) return record;
  const fromMs = execution.startedAtMs - SLACK_MS;
  const toMs = (execution.stoppedAtMs ?? record.endedAtMs) + SLACK_MS;
  return {
    ...record,
    startedAtMs: execution.startedAtMs,
    endedAtMs: execution.stoppedAtMs ?? record.endedAtMs,
    invocations: record.invocations.filter(
      ({ endedAtMs, durationMs }) => endedAtMs <= toMs && endedAtMs - durationMs >= fromMs,
    ),
    logs: record.logs.filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs <= toMs),
    gaps: [
      ...record.gaps,
      'the execution was started elsewhere: invocations of its functions by others at the same time count too',
    ],
  };
}
