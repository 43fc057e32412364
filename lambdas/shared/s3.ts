import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from './pipeline-error.ts';

/**
 * The function's S3 client. Emulators set AWS_ENDPOINT_URL, which the SDK honours by itself; only the bucket's
 * place in the URL must be said, for `bucket.localhost` does not resolve.
 */
export function createS3Client(): S3Client {
  const ownEndpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  return new S3Client({ forcePathStyle: ownEndpoint !== undefined, maxAttempts: 5 });
}

export interface ListedObject {
  key: string;
  sizeBytes: number;
  etag: string;
}

/**
 * Every object whose key begins with `prefix`, in S3's order (UTF-8), all pages. Folder markers (keys that end
 * in a slash) are not objects to anybody but the console, and left out.
 */
export async function listObjects(s3: S3Client, bucket: string, prefix: string): Promise<ListedObject[]> {
  const found: ListedObject[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token ? { ContinuationToken: token } : {}),
      }),
    );
    for (const { Key, Size, ETag } of page.Contents ?? []) {
      if (Key && !Key.endsWith('/')) found.push({ key: Key, sizeBytes: Size ?? 0, etag: ETag ?? '' });
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
  return found;
}

/** The object's bytes as text, or undefined when there is no such key. */
export async function getText(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await answer.Body!.transformToString('utf-8');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** Writes `value` as JSON; answers the number of bytes. */
export async function putJson(s3: S3Client, bucket: string, key: string, value: unknown): Promise<number> {
  const body = Buffer.from(JSON.stringify(value));
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
  );
  return body.byteLength;
}

/** Runs `work` on every item, at most `width` at once; answers in the items' order. */
export async function mapWithLimit<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

const TRANSIENT = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
]);

/**
 * An S3 failure that outlived the SDK's attempts and may pass, under one name for the state machine's Retry;
 * everything else unchanged (`AccessDenied`, `NoSuchBucket`, ... are shown by their own names).
 */
export function nameTransient(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: string };
  const status = $metadata?.httpStatusCode ?? 0;
  if (!TRANSIENT.has(error.name) && !TRANSIENT.has(code ?? '') && status < 500) return error;
  return new PipelineError('StorageUnavailable', `S3 answered ${error.name}: ${error.message}`, error);
}
