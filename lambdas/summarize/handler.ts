/**
 * Summarize: joins the results of this run, all of them and no others, into `RESULT_PATH/combined_data.json`.
 *
 * The run's payload says which ranks to expect. A missing, stale or invalid result is an error that the state
 * machine sees, never a shorter list under statusCode 200.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { parseInput } from '../shared/fields.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { runManifestSchema } from '../shared/run-manifest.ts';
import { getText, putJson } from '../shared/s3.ts';
import { MetricUnit, observed, type Telemetry } from '../shared/telemetry.ts';
import { type Collected, collectResults, type ExpectedRank } from './collect-results.ts';

const eventSchema = z.object({ run: runManifestSchema });

/** As much of the payload as summarize needs. */
const payloadSchema = z.object({
  run: z.object({ run_id: z.string() }),
  data_map: z.record(z.string().regex(/^\d+$/), z.union([z.string(), z.array(z.string()), z.null()])),
});

export interface SummarizeAnswer {
  statusCode: 200;
  body: {
    run_id: string;
    /** Results joined: one per rank. */
    results: number;
    files: number;
    ranks_without_file: number[];
    total_samples: number;
    result_bucket: string;
    combined_key: string;
  };
}

export interface SummarizeDependencies {
  s3: S3Client;
  telemetry: Telemetry;
}

export function createSummarizeHandler({ s3, telemetry }: SummarizeDependencies) {
  return observed(telemetry, async (event): Promise<SummarizeAnswer> => {
    const { run } = parseInput(eventSchema, event, 'the event of the state machine');
    const expected = await expectedRanks(s3, run.bucket, run.payload_key, run.run_id);
    const collected = await collectResults(s3, run.result_bucket, run.result_path, run.run_id, expected);
    telemetry.metrics.addMetric('Results', MetricUnit.Count, collected.results.length);
    telemetry.metrics.addMetric(
      'MissingResults',
      MetricUnit.Count,
      expected.length - collected.results.length,
    );
    requireComplete(collected, expected.length, `s3://${run.result_bucket}/${run.result_path}/`);
    const combinedKey = `${run.result_path}/combined_data.json`;
    await putJson(s3, run.result_bucket, combinedKey, collected.results);
    return {
      statusCode: 200,
      body: {
        run_id: run.run_id,
        results: collected.results.length,
        files: run.files,
        ranks_without_file: collected.results
          .filter(({ status }) => status === 'no-file')
          .map(({ rank }) => rank),
        total_samples: collected.results.reduce((sum, result) => sum + result.total_samples, 0),
        result_bucket: run.result_bucket,
        combined_key: combinedKey,
      },
    };
  });
}

async function expectedRanks(
  s3: S3Client,
  bucket: string,
  key: string,
  runId: string,
): Promise<ExpectedRank[]> {
  const text = await getText(s3, bucket, key);
  if (text === undefined) {
    throw new PipelineError('InvalidInput', `the payload s3://${bucket}/${key} of run ${runId} is gone`);
  }
  const payload = parseInput(payloadSchema, JSON.parse(text), `the payload s3://${bucket}/${key}`);
  if (payload.run.run_id !== runId) {
    throw new PipelineError(
      'InvalidInput',
      `s3://${bucket}/${key} is the payload of run ${payload.run.run_id}, not ${runId}`,
    );
  }
  return Object.entries(payload.data_map)
    .map(([rank, dataPath]) => ({ rank: Number(rank), dataPath }))
    .sort((a, b) => a.rank - b.rank);
}

/** Ranks that a message names before it says how many more there are. */
const NAMED_RANKS = 40;

function requireComplete({ missing, stale, invalid }: Collected, expected: number, place: string): void {
  const parts = [
    missing.length > 0 ? `missing: rank ${listed(missing.map(String))}` : '',
    stale.length > 0
      ? `of another run: rank ${listed(stale.map(({ rank, runId }) => `${rank} (run ${runId})`))}`
      : '',
    invalid.length > 0
      ? `invalid: rank ${listed(invalid.map(({ rank, reason }) => `${rank} (${reason})`))}`
      : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return;
  const code = missing.length > 0 ? 'MissingResults' : stale.length > 0 ? 'StaleResults' : 'InvalidResults';
  const bad = missing.length + stale.length + invalid.length;
  throw new PipelineError(
    code,
    `${bad} of ${expected} results under ${place} cannot be used; ${parts.join('; ')}`,
  );
}

function listed(items: string[]): string {
  const more = items.length - NAMED_RANKS;
  return items.slice(0, NAMED_RANKS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
