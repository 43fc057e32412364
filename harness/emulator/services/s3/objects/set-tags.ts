import type { S3Context } from '../context.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Tag } from '../store/records.ts';
import { findObject } from './find-object.ts';

/** Replaces the tags of a version. @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed */
export async function setTags(
  context: S3Context,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  tags: readonly Tag[],
): Promise<{ versionId: string; versioned: boolean }> {
  const version = await bucket.change(key, () => {
    const found = findObject(bucket, key, versionId);
    return { records: [{ op: 'tags', key, versionId: found.versionId, tags }], result: found };
  });
  context.announce(bucket, { name: tags.length > 0 ? 'ObjectTagging:Put' : 'ObjectTagging:Delete', key });
  return { versionId: version.versionId, versioned: bucket.versioning !== undefined };
}
