import type { S3Context } from '../context.ts';
import type { Bucket } from '../store/bucket.ts';
import type { BucketRecord, ObjectVersion } from '../store/records.ts';
import { checkWriteConditions, type WriteConditions } from '../wire/conditions.ts';

/** A version that is not written yet. */
export type ObjectDraft = Omit<ObjectVersion, 'versionId' | 'lastModifiedMs'>;

const UNCONDITIONAL: WriteConditions = { ifMatch: undefined, ifNoneMatch: undefined };

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
  conditions = UNCONDITIONAL,
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
  options: { conditions?: WriteConditions; uploadId?: string } = {},
): Promise<ObjectVersion> {
  const { conditions = UNCONDITIONAL, uploadId } = options;
  const version = await bucket.change(key, () => {
    const upload = uploadId === undefined ? undefined : bucket.uploads.get(uploadId)?.upload;
    checkWriteConditions(conditions, key, bucket.find(key), upload);
    const object: ObjectVersion = {
      ...plan(),
      versionId: bucket.versioning === 'Enabled' ? context.newId() : 'null',
      lastModifiedMs: context.env.clock.nowMs(),
    };
    const record: BucketRecord = { op: 'put', object, ...(uploadId === undefined ? {} : { uploadId }) };
    return { records: [record], result: object };
  });
  context.announce(bucket, {
    name: eventName,
    key,
    sizeBytes: version.sizeBytes,
    etag: version.etag,
    ...(bucket.versioning ? { versionId: version.versionId } : {}),
  });
  return version;
}
