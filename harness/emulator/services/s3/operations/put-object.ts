/**
 * PutObject, and what it shares with every other way to write an object (copies, uploads in parts, forms, the other
 * services): a new version of a key is durable before it resolves, and announced after that.
 */
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { AwsLimits } from '../../../../core/limits.ts';
import { parsePayloadPromise, receiveContent } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import { type S3Context, s3Operation } from '../context.ts';
import { invalidArgument, keyTooLong } from '../errors.ts';
import { checkWriteConditions, parseWriteConditions, type WriteConditions } from '../objects/conditions.ts';
import { propertiesOfWrite, renderChecksum, renderETag, renderWritten } from '../objects/properties.ts';
import { writesObject } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import type { BucketRecord, ObjectVersion } from '../store/records.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = s3Operation<PutObjectCommandInput>({
  name: 'PutObject',
  permission: writesObject,
  async handle(context, input, request) {
    const { Bucket, Key: key } = input;
    const promise = parsePayloadPromise(request);
    const isConditional = (input.IfMatch ?? input.IfNoneMatch) !== undefined;
    const conditions = isConditional ? parseWriteConditions(input) : undefined;
    const bucket = context.buckets.get(Bucket);
    assertKey(key, context.limits);
    const properties = propertiesOfWrite(context, input, bucket);
    if (properties.acl) {
      const { accountId } = context.env;
      assertAclAllowed(bucket, properties.acl, { action: 'PutObject', key, accountId });
    }
    const content = await receiveContent(context.blobs, request, promise, {
      maxBytes: context.limits.s3MaxPutBytes,
      observer: promise.awsChunked ? context.observeChunks(request) : undefined,
    });
    const version = await putVersion(
      context,
      bucket,
      {
        ...properties,
        key,
        sizeBytes: content.sizeBytes,
        etag: content.md5,
        segments: content.segment ? [content.segment] : [],
        checksum: { ...content.checksum, type: 'FULL_OBJECT' },
      },
      'ObjectCreated:Put',
      conditions,
    );
    return {
      status: 200,
      headers: {
        etag: renderETag(version.etag),
        ...renderChecksum(version),
        ...renderWritten(bucket, version, bucket.versioning === 'Enabled'),
      },
    };
  },
});

/** Keys are bytes: any characters, `..` and slashes included. @throws AwsError KeyTooLongError, InvalidArgument */
export function assertKey(key: string, limits: AwsLimits): void {
  // A character takes at most three bytes per UTF-16 unit.
  if (key.length * 3 > limits.s3KeyBytes) {
    const sizeBytes = Buffer.byteLength(key);
    if (sizeBytes > limits.s3KeyBytes) throw keyTooLong(sizeBytes, limits.s3KeyBytes);
  }
  if (/\p{Surrogate}/u.test(key)) throw invalidArgument('Object key is not well-formed Unicode.', 'Key');
}

/** A version that is not written yet. */
export type ObjectDraft = Omit<ObjectVersion, 'versionId' | 'lastModifiedMs'>;

/**
 * Makes `draft` the newest version of its key, if the conditions hold at that instant; else its content is
 * discarded.
 * @throws AwsError PreconditionFailed, NoSuchKey, ConditionalRequestConflict
 */
export async function putVersion(
  context: S3Context,
  bucket: Bucket,
  draft: ObjectDraft,
  eventName: string,
  conditions?: WriteConditions,
): Promise<ObjectVersion> {
  try {
    return await putPlanned(context, bucket, draft.key, () => draft, eventName, { conditions });
  } catch (error) {
    context.blobs.discard(draft.segments.map(({ blob }) => blob));
    throw error;
  }
}

/**
 * As `putVersion`, but the draft is made at the instant it is written, from state that cannot change meanwhile.
 * `uploadId` names the multipart upload that ends with it. Nothing is discarded on failure.
 */
export async function putPlanned(
  context: S3Context,
  bucket: Bucket,
  key: string,
  plan: () => ObjectDraft,
  eventName: string,
  options: { conditions?: WriteConditions | undefined; uploadId?: string } = {},
): Promise<ObjectVersion> {
  const { conditions, uploadId } = options;
  const version = await bucket.change(key, () => {
    const upload = uploadId === undefined ? undefined : bucket.uploads.get(uploadId)?.upload;
    if (conditions) checkWriteConditions(conditions, key, bucket.find(key), upload);
    const object: ObjectVersion = {
      ...plan(),
      versionId: bucket.versioning === 'Enabled' ? context.newId() : 'null',
      lastModifiedMs: context.env.clock.nowMs(),
    };
    const record: BucketRecord = { op: 'put', object, ...(uploadId === undefined ? {} : { uploadId }) };
    return { records: [record], result: object };
  });
  if (bucket.config('notification') !== undefined) {
    context.announce(bucket, {
      name: eventName,
      key,
      sizeBytes: version.sizeBytes,
      etag: version.etag,
      ...(bucket.versioning ? { versionId: version.versionId } : {}),
    });
  }
  return version;
}

/** A file of this machine with what a PutObject of it would have found. */
export interface AdoptedFile {
  path: string;
  sizeBytes: number;
  /** MD5 in hex. */
  etag: string;
  /** Base64. */
  checksumCRC32: string;
}

/** Makes a file that never changes the newest version of `key`. */
export async function adoptFile(
  context: S3Context,
  bucketName: string,
  key: string,
  { path, sizeBytes, etag, checksumCRC32 }: AdoptedFile,
): Promise<void> {
  const bucket = context.buckets.get(bucketName);
  assertKey(key, context.limits);
  const segments = sizeBytes > 0 ? [{ blob: await context.blobs.adopt(path), sizeBytes }] : [];
  await putVersion(
    context,
    bucket,
    {
      key,
      contentType: 'application/octet-stream',
      sizeBytes,
      etag,
      segments,
      checksum: { algorithm: 'CRC32', value: checksumCRC32, type: 'FULL_OBJECT' },
    },
    'ObjectCreated:Put',
  );
}
