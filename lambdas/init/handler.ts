/**
 * Initialize: lists the partitions, spreads them over the ranks and writes the jobs to S3.
 *
 * The jobs go through S3 at every size: `jobs.json` is what the Distributed Map's ItemReader reads, `payload.json`
 * holds the event plus `data_map` and the jobs, both under a folder of this run alone. The state machine carries
 * the `run` manifest only. `body` repeats the jobs for callers of the original function as long as they fit well
 * into a state's payload; beyond that it is null, never a part of the list.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { ExecutionInput } from '../shared/execution-input.ts';
import {
  type ExecutionContext,
  executionContextSchema,
  executionInputSchema,
} from '../shared/execution-input.ts';
import { parseInput } from '../shared/fields.ts';
import type { WrittenJob } from '../shared/job.ts';
import { locateModel, type ModelLocation } from '../shared/model-location.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import type { RunManifest } from '../shared/run-manifest.ts';
import { listObjects, putJson } from '../shared/s3.ts';
import { MetricUnit, observed, type Telemetry } from '../shared/telemetry.ts';
import { planJobs, spreadOverRanks } from './plan-jobs.ts';

/** Half of a state's 256 KiB: the rest is left to the envelope that Step Functions adds. */
const MAX_BODY_BYTES = 128 * 1024;

/** What the state machine sends: the execution's input untouched, and who asks. */
const envelopeSchema = z.object({ input: z.unknown(), execution: executionContextSchema });

export interface InitAnswer {
  statusCode: 200;
  /** The jobs, or null when they are more than a state's payload should carry. */
  body: WrittenJob[] | null;
  run: RunManifest;
}

export interface InitDependencies {
  s3: S3Client;
  telemetry: Telemetry;
  /** Ranks at once when the input does not say; 0 is Step Functions' own maximum. */
  maxConcurrency: number;
  /** The model within the package of inference; without it the model is looked for in S3. */
  bundled?: ModelLocation | undefined;
}

export function createInitHandler({ s3, telemetry, maxConcurrency, bundled }: InitDependencies) {
  return observed(telemetry, async (event, context): Promise<InitAnswer> => {
    const { input, folder, runId } = readEvent(event, context);
    const keys = await listPartitions(s3, input);
    const model = bundled ?? (await locateModel(s3, input.bucket, input.S3_object_name, input.object_type));
    const dataMap = spreadOverRanks(keys, input.world_size);
    const jobs = planJobs(input, dataMap, model, runId);
    const run: RunManifest = {
      run_id: runId,
      bucket: input.bucket,
      payload_key: `${folder}/payload.json`,
      jobs_key: `${folder}/jobs.json`,
      result_bucket: input.bucket,
      result_path: input.result_path,
      world_size: jobs.length,
      files: keys.length,
      ranks_without_file: jobs.filter((job) => job.DATA_PATH === null).length,
      max_concurrency: input.max_concurrency ?? maxConcurrency,
    };
    const jobsBytes = await putJson(s3, run.bucket, run.jobs_key, jobs);
    await putJson(s3, run.bucket, run.payload_key, { ...input, run, data_map: dataMap, jobs });
    telemetry.metrics.addMetric('Partitions', MetricUnit.Count, keys.length);
    telemetry.logger.info('jobs written', { run, jobsBytes });
    return { statusCode: 200, body: jobsBytes <= MAX_BODY_BYTES ? jobs : null, run };
  });
}

/** Takes the state machine's envelope, or the bare input as the original did. */
function readEvent(
  event: unknown,
  context: Context,
): { input: ExecutionInput; folder: string; runId: string } {
  const enveloped = typeof event === 'object' && event !== null && 'execution' in event && 'input' in event;
  const envelope = enveloped
    ? parseInput(envelopeSchema, event, 'the event of the state machine')
    : undefined;
  const input = parseInput(executionInputSchema, envelope ? envelope.input : event, 'the execution input');
  rejectResultsAmongData(input);
  const runId = envelope ? runIdOf(envelope.execution) : context.awsRequestId;
  const owner = envelope ? envelope.execution.state_machine : 'direct';
  return { input, runId, folder: `payloads/${owner}/${runId}` };
}

/** `<execution name>-<start as 20261123T174335123Z>`. */
function runIdOf({ name, start_time }: ExecutionContext): string {
  return `${name}-${new Date(start_time).toISOString().replace(/[-:.]/g, '')}`;
}

/** Results under the data prefix would be read as partitions by the next run. */
function rejectResultsAmongData(input: ExecutionInput): void {
  const dataFolder = input.data_prefix === '' ? '' : `${input.data_prefix}/`;
  if (input.bucket === input.data_bucket && `${input.result_path}/`.startsWith(dataFolder)) {
    throw new PipelineError(
      'InvalidInput',
      `result_path "${input.result_path}" lies within data_prefix "${input.data_prefix}" of the same bucket: ` +
        'the next run would read the results as data; choose another result_path',
    );
  }
}

/**
 * The first `file_limit` partitions of exactly this folder. The slash at the end is what tells `1GB/1` from
 * `1GB/10` and `25MB` from `25MB-old`.
 */
async function listPartitions(s3: S3Client, input: ExecutionInput): Promise<string[]> {
  const prefix = input.data_prefix === '' ? '' : `${input.data_prefix}/`;
  const keys = (await listObjects(s3, input.data_bucket, prefix)).map(({ key }) => key);
  if (keys.length === 0) {
    throw new PipelineError(
      'NoPartitions',
      `there is no partition under s3://${input.data_bucket}/${prefix}; upload the data or correct data_prefix`,
    );
  }
  return keys.slice(0, input.file_limit);
}
