import type { S3Client } from '@aws-sdk/client-s3';
import { describeIssues } from '../shared/fields.ts';
import { type InferenceResult, inferenceResultSchema } from '../shared/inference-result.ts';
import { resultKey } from '../shared/run-manifest.ts';
import { getText, mapWithLimit } from '../shared/s3.ts';

/** One rank that the run's payload lists. */
export interface ExpectedRank {
  rank: number;
  dataPath: string | string[] | null;
}

export interface Collected {
  results: InferenceResult[];
  missing: number[];
  /** Results under this run's keys which carry another run's id. */
  stale: { rank: number; runId: string }[];
  invalid: { rank: number; reason: string }[];
}

/** GETs at once. */
const WIDTH = 48;

/** Reads the result of every expected rank, and of no other: what else lies under the path is not this run's. */
export async function collectResults(
  s3: S3Client,
  bucket: string,
  resultPath: string,
  runId: string,
  expected: readonly ExpectedRank[],
): Promise<Collected> {
  const collected: Collected = { results: [], missing: [], stale: [], invalid: [] };
  const texts = await mapWithLimit(expected, WIDTH, ({ rank }) =>
    getText(s3, bucket, resultKey(resultPath, rank)),
  );
  expected.forEach((wanted, i) => {
    judge(wanted, texts[i], runId, collected);
  });
  return collected;
}

function judge(wanted: ExpectedRank, text: string | undefined, runId: string, into: Collected): void {
  const { rank, dataPath } = wanted;
  if (text === undefined) {
    into.missing.push(rank);
    return;
  }
  const value = parseJson(text);
  if (value === undefined) {
    into.invalid.push({ rank, reason: 'it is no JSON' });
    return;
  }
  const writer = writerOf(value);
  if (writer !== runId) {
    into.stale.push({ rank, runId: writer });
    return;
  }
  const parsed = inferenceResultSchema.safeParse(value);
  if (!parsed.success) {
    into.invalid.push({ rank, reason: describeIssues(parsed.error) });
  } else if (
    parsed.data.rank !== rank ||
    JSON.stringify(parsed.data.data_path) !== JSON.stringify(dataPath)
  ) {
    into.invalid.push({
      rank,
      reason: `it is the result of rank ${parsed.data.rank}, ${parsed.data.data_path}`,
    });
  } else {
    into.results.push(parsed.data);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Run id in a result object; results of older pipelines carry none. */
function writerOf(value: unknown): string {
  const id = (value as { run_id?: unknown } | null | undefined)?.run_id;
  return typeof id === 'string' ? id : 'none';
}
