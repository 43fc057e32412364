import type { S3Context } from '../context.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Tag } from '../store/records.ts';
import { findTagged } from './find-object.ts';

/** Replaces the tags of a version, or with undefined drops them. @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed */
export async function setTags(
  context: S3Context,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  tags: readonly Tag[] | undefined,
): Promise<{ versionId: string; versioned: boolean }> {
  const version = await bucket.change(key, () => {
    const found = findTagged(bucket, key, versionId, tags === undefined ? 'DELETE' : 'PUT');
    return { records: [{ op: 'tags', key, versionId: found.versionId, tags: tags ?? [] }], result: found };
  });
  const name = tags === undefined ? 'ObjectTagging:Delete' : 'ObjectTagging:Put';
  context.announce(bucket, { name, key, etag: version.etag });
  return { versionId: version.versionId, versioned: bucket.versioning !== undefined };
}
