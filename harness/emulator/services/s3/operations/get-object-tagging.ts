import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { noSuchKey } from '../errors.ts';
import { findTagged } from '../objects/find-object.ts';
import { renderVersionId } from '../wire/object-headers.ts';
import { renderTagging } from '../wire/tagging-document.ts';
import { parseVersionedKey } from '../wire/versioned-key.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging = defineOperation({
  name: 'GetObjectTagging',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['tagging'] },
  parse: parseVersionedKey,
  handle(context: S3Context, { bucket: name, key, versionId }) {
    const bucket = context.buckets.get(name);
    // Here alone AWS names the bucket with the key that is missing.
    if (versionId === undefined && bucket.find(key) === undefined) throw noSuchKey(`${name}/${key}`);
    const version = findTagged(bucket, key, versionId, 'GET');
    return { version, versioned: bucket.versioning !== undefined };
  },
  render({ version, versioned }) {
    const response = renderTagging(version.tags ?? []);
    return {
      ...response,
      headers: { ...response.headers, ...renderVersionId(version.versionId, versioned) },
    };
  },
});
