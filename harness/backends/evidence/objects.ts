import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { isJsonObject, type Json } from '../../core/json.ts';
import { parseFitsTable } from '../../packs/redshift/evidence/parse-fits-table.ts';
import { keyPattern } from '../../record/key-pattern.ts';
import type {
  ExecutionRecord,
  InferenceResult,
  ObjectRecord,
  PredictionsRecord,
} from '../../record/run-record.ts';
import { recorded } from './executions.ts';
import { mapWithLimit } from './map-with-limit.ts';

const WIDTH = 8;
/** `RESULT_PATH/<rank>.json` */
const RESULT_KEY = /\/\d+\.json$/;

/** Reads the content of one object. */
type ReadObject = (bucket: string, key: string) => Promise<Uint8Array>;

export interface WatchedObjects {
  objects: ObjectRecord[];
  results: InferenceResult[];
  predictions: PredictionsRecord[];
}

/**
 * Objects under the watched prefixes, and of those the results and predictions that carry one of `runIds`.
 * Leftovers of other runs are objects, never results. `read` stands in for GetObject.
 */
export async function collectObjects(
  s3: S3Client,
  watch: readonly { bucket: string; prefix: string }[],
  runIds: ReadonlySet<string>,
  gaps: string[],
  contentOf: readonly string[] = [],
  read: ReadObject = (bucket, key) => getBytes(s3, bucket, key),
): Promise<WatchedObjects> {
  const objects = await listWatched(s3, watch, gaps);
  await readContents(read, objects, contentOf.map(keyPattern), gaps);
  const results: InferenceResult[] = [];
  const predictionsKeys: { bucket: string; key: string; rank: number }[] = [];
  const candidates = objects.filter(({ key }) => RESULT_KEY.test(key));
  await mapWithLimit(candidates, WIDTH, ({ bucket, key }) =>
    recorded(`the result s3://${bucket}/${key}`, gaps, async () => {
      const value = JSON.parse(Buffer.from(await read(bucket, key)).toString('utf8')) as Json;
      if (!isJsonObject(value) || typeof value['run_id'] !== 'string' || !runIds.has(value['run_id'])) return;
      results.push(value as InferenceResult);
      if (typeof value['predictions_key'] === 'string') {
        predictionsKeys.push({ bucket, key: value['predictions_key'], rank: Number(value['rank']) });
      }
    }),
  );
  const predictions: PredictionsRecord[] = [];
  await mapWithLimit(predictionsKeys, WIDTH, ({ bucket, key, rank }) =>
    recorded(`the predictions s3://${bucket}/${key}`, gaps, async () => {
      predictions.push(readPredictions(await read(bucket, key), { bucket, key, rank }));
    }),
  );
  return {
    objects,
    results: results.sort((a, b) => Number(a['rank']) - Number(b['rank'])),
    predictions: predictions.sort((a, b) => a.rank - b.rank),
  };
}

/** Objects under all prefixes, each once: prefixes may overlap. */
async function listWatched(
  s3: S3Client,
  watch: readonly { bucket: string; prefix: string }[],
  gaps: string[],
): Promise<ObjectRecord[]> {
  const found = new Map<string, ObjectRecord>();
  for (const { bucket, prefix } of watch) {
    await recorded(`the objects under s3://${bucket}/${prefix}`, gaps, async () => {
      for (const one of await listObjects(s3, bucket, prefix)) found.set(`${bucket}/${one.key}`, one);
    });
  }
  return [...found.values()];
}

/** Content that is no JSON is left out: the expectation that asks for it says so. */
async function readContents(
  read: ReadObject,
  objects: readonly ObjectRecord[],
  patterns: readonly RegExp[],
  gaps: string[],
): Promise<void> {
  const wanted = objects.filter(({ key }) => patterns.some((pattern) => pattern.test(key)));
  await mapWithLimit(wanted, WIDTH, (one) =>
    recorded(`the content of s3://${one.bucket}/${one.key}`, gaps, async () => {
      one.content = JSON.parse(Buffer.from(await read(one.bucket, one.key)).toString('utf8')) as Json;
    }),
  );
}

/**
 * Run ids of an execution: init's manifest, which the states pass on (`run.run_id`), as the history shows it.
 */
export function runIdsOf({ history }: ExecutionRecord): string[] {
  const ids = new Set<string>();
  for (const event of history) {
    const details = event['stateExitedEventDetails'] as { output?: string } | undefined;
    if (details?.output === undefined) continue;
    const id = /"run_id"\s*:\s*"([^"\\]+)"/.exec(details.output)?.[1];
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}

async function listObjects(s3: S3Client, bucket: string, prefix: string): Promise<ObjectRecord[]> {
  const found: ObjectRecord[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? []) {
      found.push({
        bucket,
        key: Key,
        sizeBytes: Size,
        etag: ETag,
        lastModifiedMs: LastModified?.getTime() ?? 0,
      });
    }
  }
  return found;
}

async function getBytes(s3: S3Client, bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToByteArray();
}

function readPredictions(
  bytes: Uint8Array,
  where: { bucket: string; key: string; rank: number },
): PredictionsRecord {
  const { columns } = parseFitsTable(bytes);
  const zTrue = columns['z_true'] as number[] | undefined;
  return {
    ...where,
    dataPath: (columns['data_path'] ?? []) as string[],
    sample: (columns['id'] ?? []) as number[],
    zPred: (columns['z_pred'] ?? []) as number[],
    ...(zTrue === undefined ? {} : { zTrue }),
  };
}
