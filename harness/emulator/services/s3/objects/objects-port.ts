/** S3 as the other services use it, without HTTP. */

import { Readable } from 'node:stream';
import { AwsError } from '../../../../core/errors.ts';
import type { ObjectsPort } from '../../ports.ts';
import { DEFAULT_CHECKSUM } from '../body/payload.ts';
import type { S3Context } from '../context.ts';
import { entityTooLarge, invalidRange } from '../errors.ts';
import { assertKey, putVersion } from '../operations/put-object.ts';
import { openContent } from '../store/content-reader.ts';
import { writeContent } from '../store/content-writer.ts';
import { findObject } from './find-object.ts';
import { isListed, listKeys } from './listing.ts';
import { renderETag } from './properties.ts';

export function objectsPort(context: S3Context): ObjectsPort {
  const checkOwner = (accountId: string | undefined) => {
    if (accountId !== undefined && accountId !== context.env.accountId)
      throw new AwsError('AccessDenied', 'Access Denied', 403);
  };
  return {
    async headObject(bucket, key) {
      const version = findObject(context.buckets.get(bucket), key, undefined);
      return {
        sizeBytes: version.sizeBytes,
        etag: renderETag(version.etag),
        lastModifiedMs: version.lastModifiedMs,
      };
    },
    async getObject(bucket, key, options = {}) {
      checkOwner(options.expectedBucketOwner);
      const version = findObject(context.buckets.get(bucket), key, options.versionId);
      const { startBytes = 0 } = options;
      const endBytes = Math.min(options.endBytes ?? version.sizeBytes, version.sizeBytes);
      if (options.startBytes !== undefined && startBytes >= version.sizeBytes) {
        throw invalidRange(`bytes=${startBytes}-${endBytes}`, version.sizeBytes);
      }
      await context.blobs.verify(version.segments);
      return {
        sizeBytes: version.sizeBytes,
        etag: renderETag(version.etag),
        contentType: version.contentType,
        body: openContent(context.blobs, version.segments, startBytes, Math.max(startBytes, endBytes)),
      };
    },
    async putObject(bucketName, key, body, options = {}) {
      checkOwner(options.expectedBucketOwner);
      const bucket = context.buckets.get(bucketName);
      assertKey(key, context.limits);
      const maxBytes = context.limits.s3MaxPutBytes;
      const written = await writeContent(context.blobs, toChunks(body), ['MD5', DEFAULT_CHECKSUM], {
        expectedBytes: body instanceof Readable ? 0 : body.length,
        check({ sizeBytes }) {
          if (sizeBytes > maxBytes) throw entityTooLarge(sizeBytes, maxBytes);
        },
      });
      const version = await putVersion(
        context,
        bucket,
        {
          key,
          contentType: options.contentType ?? 'binary/octet-stream',
          sizeBytes: written.sizeBytes,
          etag: written.digests.get('MD5')!.toString('hex'),
          segments: written.segment ? [written.segment] : [],
          checksum: {
            algorithm: DEFAULT_CHECKSUM,
            value: written.digests.get(DEFAULT_CHECKSUM)!.toString('base64'),
            type: 'FULL_OBJECT',
          },
        },
        'ObjectCreated:Put',
      );
      return { etag: renderETag(version.etag) };
    },
    async listObjects(bucket, options) {
      checkOwner(options.expectedBucketOwner);
      const page = listKeys(context.buckets.get(bucket).entries, {
        prefix: options.prefix ?? '',
        delimiter: '',
        after: options.startAfter,
        maxKeys: options.maxKeys ?? context.limits.s3ListPageKeys,
        isListed,
      });
      return {
        truncated: page.truncated,
        objects: page.entries.map(({ key, versions: [version] }) => ({
          key,
          sizeBytes: version!.sizeBytes,
          etag: renderETag(version!.etag),
          lastModifiedMs: version!.lastModifiedMs,
        })),
      };
    },
  };
}

async function* toChunks(body: string | Uint8Array | Readable): AsyncIterable<Buffer> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  else
    for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
}
