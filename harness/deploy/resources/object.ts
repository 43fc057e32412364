import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectResource } from '../resource.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A file of the project. Its ETag, the MD5 of an object put whole, tells whether it must be put again. */
export const object: ResourceDriver<ObjectResource> = {
  async apply({ clients }, { bucket, key, file }) {
    const body = readFileSync(file.file);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const present = await unlessNotFound(headOf(clients, bucket, key));
    if (present?.ETag === etag) return 'unchanged';
    await clients.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata: { sha256: file.sha256 } }),
    );
    return present ? 'updated' : 'created';
  },

  async remove({ clients }, { bucket, key }) {
    const present = await unlessNotFound(headOf(clients, bucket, key));
    if (!present) return false;
    await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  },
};

/** Answers to HEAD have no body: the permission that was missing is named here. */
function headOf({ s3 }: DeployContext['clients'], bucket: string, key: string) {
  return s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch((error: Error) => {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 403) error.message = `s3:GetObject on arn:aws:s3:::${bucket}/${key} is denied`;
    throw error;
  });
}
