import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Json } from '../../core/json.ts';
import { mapWithLimit } from '../../core/map-with-limit.ts';
import type { WatchedPrefix } from '../../record/evidence-reader.ts';
import { keyPattern } from '../../record/key-pattern.ts';
import type { ObjectRecord } from '../../record/run-record.ts';
import { recorded } from './executions.ts';

const WIDTH = 8;

/** Reads the content of one object. */
export type ReadObject = (bucket: string, key: string) => Promise<Uint8Array>;

/** Reads objects with GetObject. */
export const readerOf =
  (s3: S3Client): ReadObject =>
  async (Bucket, Key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body!.transformToByteArray();
  };

/** Which objects, and what of them, by patterns of their keys. */
interface AskedObjects {
  watch: readonly WatchedPrefix[];
  contentOf: readonly string[];
  contentTypeOf: readonly string[];
}

/** Objects under the watched prefixes, with the JSON and the content types that are asked for. */
export async function collectObjects(
  s3: S3Client,
  { watch, contentOf, contentTypeOf }: AskedObjects,
  gaps: string[],
  read: ReadObject,
): Promise<ObjectRecord[]> {
  const objects = await listWatched(s3, watch, gaps);
  // Content that is no JSON is left out: the expectation that asks for it says so.
  await readOf('content', objects, contentOf, {
    gaps,
    async read(one) {
      one.content = JSON.parse(Buffer.from(await read(one.bucket, one.key)).toString('utf8')) as Json;
    },
  });
  await readOf('content type', objects, contentTypeOf, {
    gaps,
    async read(one) {
      const { ContentType } = await s3.send(new HeadObjectCommand({ Bucket: one.bucket, Key: one.key }));
      if (ContentType !== undefined) one.contentType = ContentType;
    },
  });
  return objects;
}

/** Objects under all prefixes, each once: prefixes may overlap. */
async function listWatched(
  s3: S3Client,
  watch: readonly WatchedPrefix[],
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

/** Asks for `what` of each object whose key a pattern fits; what cannot be had is a gap. */
async function readOf(
  what: string,
  objects: readonly ObjectRecord[],
  keys: readonly string[],
  { gaps, read }: { gaps: string[]; read(object: ObjectRecord): Promise<void> },
): Promise<void> {
  const patterns = keys.map(keyPattern);
  const wanted = objects.filter(({ key }) => patterns.some((pattern) => pattern.test(key)));
  await mapWithLimit(wanted, WIDTH, (one) =>
    recorded(`the ${what} of s3://${one.bucket}/${one.key}`, gaps, () => read(one)),
  );
}

/** The objects under a prefix. */
export async function listObjects(s3: S3Client, bucket: string, prefix = ''): Promise<ObjectRecord[]> {
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
