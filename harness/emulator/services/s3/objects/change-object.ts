/** Deletions and tags of objects. Each change is durable before it resolves, and announced after that. */
import type { S3Context } from '../context.ts';
import { invalidVersionId, protectedByLock } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { BucketRecord, ObjectVersion, Tag } from '../store/records.ts';
import { checkWriteConditions, type WriteConditions } from './conditions.ts';
import { findTagged, isVersionId } from './find-object.ts';
import { isLocked } from './object-lock.ts';
import { renderVersionId } from './properties.ts';

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
