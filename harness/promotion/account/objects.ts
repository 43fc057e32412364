/** The present contents of a release's objects, such as models. Reads only. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unlessNotFound } from '../../deploy/resources/resource-driver.ts';
import type { Blueprint } from '../release/blueprint.ts';

/** Base64 SHA-256 of each object by `s3://BUCKET/KEY`; null where there is none. */
export type ObservedObjects = Record<string, string | null>;

export const objectUri = ({ bucket, key }: Pick<Blueprint['objects'][number], 'bucket' | 'key'>): string =>
  `s3://${bucket}/${key}`;

/** Looks at the objects of these blueprints. */
export async function observeObjects(
  s3: S3Client,
  blueprints: readonly Pick<Blueprint, 'objects'>[],
): Promise<ObservedObjects> {
  const all = new Map(blueprints.flatMap(({ objects }) => objects.map((one) => [objectUri(one), one])));
  const found: ObservedObjects = {};
  for (const [uri, one] of all) found[uri] = await sha256Of(s3, one.bucket, one.key);
  return found;
}

/** The checksum that S3 keeps; of an object that was put without one, or in parts, the digest of its bytes. */
async function sha256Of(s3: S3Client, Bucket: string, Key: string): Promise<string | null> {
  const head = await unlessNotFound(s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })));
  if (!head) return null;
  if (head.ChecksumSHA256 !== undefined && !head.ChecksumSHA256.includes('-')) return head.ChecksumSHA256;
  const answer = await unlessNotFound(s3.send(new GetObjectCommand({ Bucket, Key })));
  if (!answer) return null;
  const hash = createHash('sha256');
  await pipeline(answer.Body as Readable, hash);
  return hash.digest('base64');
}
