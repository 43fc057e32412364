/**
 * Objects that a run wrote into the project's buckets, and whether they are what their names and content types say. Read
 * where it costs little: on the embedded backend.
 */
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../backends/evidence/objects.ts';
import { mapWithLimit } from '../core/map-with-limit.ts';
import { objectProblem } from '../record/object-problem.ts';
import type { ObjectRecord, WrittenObjectsRecord } from '../record/run-record.ts';

const WIDTH = 8;
/** Evenly chosen where there are more. */
const CHECKED_OBJECTS = 200;
/** Of larger objects the content type alone is looked at. */
const READ_UP_TO_BYTES = 1_000_000;

/** By `bucket/key`. */
export type ObjectListing = ReadonlyMap<string, ObjectRecord>;

/** Everything in these buckets. */
export async function listBuckets(s3: S3Client, buckets: Iterable<string>): Promise<ObjectListing> {
  const found = new Map<string, ObjectRecord>();
  for (const bucket of new Set(buckets)) {
    for (const one of await listObjects(s3, bucket)) found.set(`${bucket}/${one.key}`, one);
  }
  return found;
}

/** Keys of objects that steps put. */
export const keysPut = (steps: readonly { put?: { key: string } | undefined }[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ put }) => (put ? [put.key] : [])));

/** @param inputs keys of objects that steps put: they may be damaged on purpose */
export async function writtenObjects(
  s3: S3Client,
  {
    buckets,
    before,
    inputs,
  }: { buckets: Iterable<string>; before: ObjectListing; inputs: ReadonlySet<string> },
): Promise<WrittenObjectsRecord> {
  const written = [...(await listBuckets(s3, buckets))].flatMap(([place, one]) =>
    before.get(place)?.etag === one.etag || inputs.has(one.key) ? [] : [one],
  );
  const step = Math.max(1, written.length / CHECKED_OBJECTS);
  const chosen = Array.from(
    { length: Math.min(written.length, CHECKED_OBJECTS) },
    (_, index) => written[Math.floor(index * step)]!,
  );
  const problems = await mapWithLimit(chosen, WIDTH, async ({ bucket: Bucket, key: Key, sizeBytes }) => {
    const command = sizeBytes <= READ_UP_TO_BYTES ? new GetObjectCommand({ Bucket, Key }) : undefined;
    const found = command ? await s3.send(command) : undefined;
    const { ContentType } = found ?? (await s3.send(new HeadObjectCommand({ Bucket, Key })));
    const bytes = await found?.Body?.transformToByteArray();
    const problem = objectProblem(Key, ContentType, bytes);
    return problem === undefined ? [] : [`s3://${Bucket}/${Key} ${problem}`];
  });
  return { written: written.length, checked: chosen.length, problems: problems.flat() };
}
