/** CopyObject. */

import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { DEFAULT_CHECKSUM, parseAlgorithm } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { WriteInput } from '../context.ts';
import { s3Operation } from '../context.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { parseAclHeaders } from '../objects/access-control.ts';
import { checkReadConditions, parseWriteConditions, sourceConditionsOf } from '../objects/conditions.ts';
import { copyWhole, parseCopySource, renderSourceVersion } from '../objects/copy-source.ts';
import { assertCustomerKey, parseCustomerKey, sourceKeyOf } from '../objects/encryption.ts';
import { findCopySource } from '../objects/find-object.ts';
import { renderListDate, s3Response } from '../objects/list-parameters.ts';
import { propertiesOfWrite, renderETag, renderWritten } from '../objects/properties.ts';
import { copiesObject } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties, ObjectVersion } from '../store/records.ts';
import { assertKey, putVersion } from './put-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = s3Operation<CopyObjectCommandInput>({
  name: 'CopyObject',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', headers: ['x-amz-copy-source'] },
  permission: copiesObject,
  async handle(context, input) {
    const key = input.Key;
    const source = parseCopySource(input.CopySource!);
    const conditions = parseWriteConditions(input);
    const replacesMetadata = isReplace(input.MetadataDirective, 'metadata');
    const replacesTags = isReplace(input.TaggingDirective, 'tagging');
    const wanted = parseAlgorithm(input.ChecksumAlgorithm);
    const bucket = context.buckets.get(input.Bucket);
    const sourceBucket = context.buckets.get(source.bucket);
    assertKey(key, context.limits);
    assertAclAllowed(bucket, parseAclHeaders(input), {
      action: 'CopyObject',
      key,
      accountId: context.env.accountId,
    });
    const nowMs = context.env.clock.nowMs();
    const from = findCopySource(sourceBucket, source, nowMs);
    assertCustomerKey(from.customerKeyMd5, parseCustomerKey(sourceKeyOf(input)));
    checkReadConditions(sourceConditionsOf(input), from, nowMs);
    if (from.sizeBytes > context.limits.s3MaxPutBytes) {
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${context.limits.s3MaxPutBytes}`,
      );
    }
    const given = propertiesOfWrite(context, input, bucket, { isCopy: true });
    const isItself = bucket === sourceBucket && key === source.key;
    if (isItself && !replacesMetadata && !changesAnything(input, bucket, from)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const algorithm = wanted ?? from.checksum?.algorithm ?? DEFAULT_CHECKSUM;
    const content = await copyWhole(context, from, algorithm);
    const version = await putVersion(
      context,
      bucket,
      {
        ...propertiesOfCopy(from, given, { replacesMetadata, replacesTags }),
        key,
        sizeBytes: content.sizeBytes,
        etag: content.md5,
        segments: content.segment ? [content.segment] : [],
        checksum: { ...content.checksum, type: 'FULL_OBJECT' },
      },
      'ObjectCreated:Copy',
      conditions,
    );
    const { checksum } = version;
    return s3Response(
      'CopyObjectResult',
      {
        ETag: renderETag(version.etag),
        LastModified: renderListDate(version.lastModifiedMs),
        ...(checksum
          ? { ChecksumType: checksum.type, [`Checksum${checksum.algorithm}`]: checksum.value }
          : {}),
      },
      {
        ...renderWritten(bucket, version),
        ...renderSourceVersion(sourceBucket, from),
      },
    );
  },
});

/** @throws AwsError InvalidArgument */
function isReplace(directive: string | undefined, kind: 'metadata' | 'tagging'): boolean {
  const value = directive?.toUpperCase() ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value === 'REPLACE';
  throw invalidArgument(`Unknown ${kind} directive.`, `x-amz-${kind}-directive`, value);
}

/** A bucket that is configured to encrypt takes a copy onto itself: that is how objects are encrypted anew. */
const changesAnything = (input: WriteInput, bucket: Bucket, from: ObjectVersion): boolean =>
  input.StorageClass !== undefined ||
  input.ServerSideEncryption !== undefined ||
  input.SSECustomerAlgorithm !== undefined ||
  input.WebsiteRedirectLocation !== undefined ||
  typeof bucket.config('encryption') === 'string' ||
  from.encryption !== undefined;

const REDIRECT = 'x-amz-website-redirect-location';

/** Storage class, encryption, redirect, lock and access rights are never copied: they are the request's, or the default. */
function propertiesOfCopy(
  from: ObjectVersion,
  given: ObjectProperties,
  { replacesMetadata, replacesTags }: { replacesMetadata: boolean; replacesTags: boolean },
): ObjectProperties {
  const { tags: _tags, metadata: _metadata, headers: givenHeaders, contentType: _type, ...own } = given;
  const described = replacesMetadata ? given : from;
  const { [REDIRECT]: _redirect, ...kept } = described.headers ?? {};
  const redirect = givenHeaders?.[REDIRECT];
  const headers = { ...kept, ...(redirect === undefined ? {} : { [REDIRECT]: redirect }) };
  const tags = replacesTags ? given.tags : from.tags;
  return {
    ...own,
    contentType: described.contentType,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(described.metadata ? { metadata: described.metadata } : {}),
    ...(tags ? { tags } : {}),
  };
}
