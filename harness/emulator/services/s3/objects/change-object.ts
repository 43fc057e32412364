/** Changes of objects: new versions, deletions, tags. Each is durable before it resolves, and announced after that. */
import type { AwsLimits } from '../../../../core/limits.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, invalidVersionId, keyTooLong, protectedByLock } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { BucketRecord, ObjectVersion, Tag } from '../store/records.ts';
import { checkWriteConditions, type WriteConditions } from './conditions.ts';
import { findTagged, isVersionId } from './find-object.ts';
import { isLocked } from './object-lock.ts';
import { renderVersionId } from './properties.ts';

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

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

export interface Deletion {
  /** Of the version removed, or of the delete marker made. */
  versionId?: string;
  /** A delete marker was made, or was what was removed. */
  deleteMarker?: true;
}

/**
 * Deletes a key or one version of it. What does not exist is deleted successfully.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 * @throws AwsError InvalidArgument for a version id that was never given, PreconditionFailed ...
 */
export async function deleteVersion(
  context: S3Context,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  options: { conditions?: WriteConditions | undefined; bypassGovernance?: boolean } = {},
): Promise<Deletion> {
  const { conditions, bypassGovernance = false } = options;
  const { versioning } = bucket;
  if (versionId !== undefined && !isVersionId(versionId) && !bucket.find(key, versionId)) {
    throw invalidVersionId(versionId);
  }
  const done = await bucket.change(
    key,
    (): { records: BucketRecord[]; result: Deletion & { changed: boolean } } => {
      const current = bucket.find(key);
      if (conditions) checkWriteConditions(conditions, key, current);
      if (versionId !== undefined) {
        const found = bucket.find(key, versionId);
        if (found && isLocked(found, bypassGovernance, context.env.clock.nowMs())) throw protectedByLock();
        return removeOne(key, versionId, found);
      }
      if (versioning === undefined) {
        return {
          records: current ? [{ op: 'remove', key, versionId: current.versionId }] : [],
          result: { changed: current !== undefined },
        };
      }
      const marker: ObjectVersion = {
        key,
        versionId: versioning === 'Enabled' ? context.newId() : 'null',
        lastModifiedMs: context.env.clock.nowMs(),
        sizeBytes: 0,
        etag: '',
        contentType: '',
        segments: [],
        deleteMarker: true,
      };
      return {
        records: [{ op: 'put', object: marker }],
        result: { changed: true, deleteMarker: true, versionId: marker.versionId },
      };
    },
  );
  const { changed, ...deletion } = done;
  if (changed) {
    const isMarker = versionId === undefined && deletion.deleteMarker;
    context.announce(bucket, {
      name: isMarker ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectRemoved:Delete',
      key,
      // A marker is told of with the ETag of nothing.
      ...(isMarker ? { etag: EMPTY_MD5 } : {}),
      ...(deletion.versionId === undefined ? {} : { versionId: deletion.versionId }),
    });
  }
  return deletion;
}

function removeOne(key: string, versionId: string, found: ObjectVersion | undefined) {
  const records: BucketRecord[] = found ? [{ op: 'remove', key, versionId }] : [];
  const deleteMarker = found?.deleteMarker ? ({ deleteMarker: true } as const) : {};
  return { records, result: { changed: found !== undefined, versionId, ...deleteMarker } };
}

/** Replaces the tags of a version, or with undefined drops them. @returns headers of the answer @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed */
export async function setTags(
  context: S3Context,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  tags: readonly Tag[] | undefined,
): Promise<Record<string, string>> {
  const version = await bucket.change(key, () => {
    const found = findTagged(bucket, key, versionId, tags === undefined ? 'DELETE' : 'PUT');
    return { records: [{ op: 'tags', key, versionId: found.versionId, tags: tags ?? [] }], result: found };
  });
  const name = tags === undefined ? 'ObjectTagging:Delete' : 'ObjectTagging:Put';
  context.announce(bucket, { name, key, etag: version.etag });
  return renderVersionId(version.versionId, bucket.versioning !== undefined);
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
