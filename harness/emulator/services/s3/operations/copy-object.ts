import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { DEFAULT_CHECKSUM, parseAlgorithm } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { copyWhole } from '../objects/copy-content.ts';
import { findCopySource } from '../objects/find-object.ts';
import { assertKey } from '../objects/names.ts';
import { propertiesOfWrite } from '../objects/properties-of-write.ts';
import { putVersion } from '../objects/put-version.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties, ObjectVersion } from '../store/records.ts';
import { parseAclHeaders } from '../wire/access-control.ts';
import { checkReadConditions, parseReadConditions, parseWriteConditions } from '../wire/conditions.ts';
import { parseCopySource } from '../wire/copy-source.ts';
import { assertCustomerKey, parseCustomerKey } from '../wire/customer-key.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { renderExpiration } from '../wire/lifecycle.ts';
import { renderListDate, S3_NAMESPACE } from '../wire/list-parameters.ts';
import { renderETag, renderVersionId } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = defineOperation({
  name: 'CopyObject',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', headers: ['x-amz-copy-source'] },
  parse: (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    source: parseCopySource(request.headers['x-amz-copy-source']!),
    sourceConditions: parseReadConditions(request, 'x-amz-copy-source-'),
    conditions: parseWriteConditions(request),
    replaceMetadata: parseDirective(request, 'x-amz-metadata-directive'),
    replaceTags: parseDirective(request, 'x-amz-tagging-directive'),
    algorithm: parseAlgorithm(request.headers['x-amz-checksum-algorithm']),
  }),
  async handle(context: S3Context, input, request) {
    const { source, key } = input;
    const bucket = context.buckets.get(input.bucket);
    const sourceBucket = context.buckets.get(source.bucket);
    assertKey(key, context.limits);
    assertAclAllowed(bucket, parseAclHeaders(request), {
      action: 'CopyObject',
      key,
      accountId: context.env.accountId,
    });
    const from = findCopySource(sourceBucket, source, context.env.clock.nowMs());
    assertCustomerKey(from.customerKeyMd5, parseCustomerKey(request, 'x-amz-copy-source-'));
    checkReadConditions(input.sourceConditions, from, context.env.clock.nowMs());
    if (from.sizeBytes > context.limits.s3MaxPutBytes) {
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${context.limits.s3MaxPutBytes}`,
      );
    }
    const given = propertiesOfWrite(context, request, bucket, { isCopy: true });
    const itself = bucket === sourceBucket && key === source.key;
    if (itself && !input.replaceMetadata && !changesAnything(request, bucket, from)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const algorithm = input.algorithm ?? from.checksum?.algorithm ?? DEFAULT_CHECKSUM;
    const content = await copyWhole(context, from, algorithm);
    const version = await putVersion(
      context,
      bucket,
      {
        ...propertiesOfCopy(from, given, input),
        key,
        sizeBytes: content.sizeBytes,
        etag: content.md5,
        segments: content.segment ? [content.segment] : [],
        checksum: { ...content.checksum, type: 'FULL_OBJECT' },
      },
      'ObjectCreated:Copy',
      input.conditions,
    );
    return {
      version,
      expiration: renderExpiration(bucket, version),
      versioned: bucket.versioning !== undefined,
      sourceVersionId: sourceBucket.versioning === undefined ? undefined : from.versionId,
    };
  },
  render({ version, expiration, versioned, sourceVersionId }) {
    const { checksum } = version;
    const response = xmlResponse(200, {
      CopyObjectResult: {
        '@xmlns': S3_NAMESPACE,
        ETag: renderETag(version.etag),
        LastModified: renderListDate(version.lastModifiedMs),
        ...(checksum
          ? { ChecksumType: checksum.type, [`Checksum${checksum.algorithm}`]: checksum.value }
          : {}),
      },
    });
    const headers = {
      ...response.headers,
      ...renderEncryption(version),
      ...expiration,
      ...renderVersionId(version.versionId, versioned),
      ...(sourceVersionId === undefined ? {} : { 'x-amz-copy-source-version-id': sourceVersionId }),
    };
    return { ...response, headers };
  },
});

/** True for REPLACE. @throws AwsError InvalidArgument */
function parseDirective(request: WireRequest, header: string): boolean {
  const value = request.headers[header]?.toUpperCase() ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value === 'REPLACE';
  const kind = header.includes('tagging') ? 'tagging' : 'metadata';
  throw invalidArgument(`Unknown ${kind} directive.`, header, value);
}

/** A bucket that is configured to encrypt takes a copy onto itself: that is how objects are encrypted anew. */
const changesAnything = ({ headers }: WireRequest, bucket: Bucket, from: ObjectVersion): boolean =>
  headers['x-amz-storage-class'] !== undefined ||
  headers['x-amz-server-side-encryption'] !== undefined ||
  headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined ||
  headers['x-amz-website-redirect-location'] !== undefined ||
  typeof bucket.config('encryption') === 'string' ||
  from.encryption !== undefined;

const REDIRECT = 'x-amz-website-redirect-location';

/** Storage class, encryption, redirect, lock and access rights are never copied: they are the request's, or the default. */
function propertiesOfCopy(
  from: ObjectVersion,
  given: ObjectProperties,
  { replaceMetadata, replaceTags }: { replaceMetadata: boolean; replaceTags: boolean },
): ObjectProperties {
  const { tags: _tags, metadata: _metadata, headers: givenHeaders, contentType: _type, ...own } = given;
  const described = replaceMetadata ? given : from;
  const { [REDIRECT]: _redirect, ...kept } = described.headers ?? {};
  const redirect = givenHeaders?.[REDIRECT];
  const headers = { ...kept, ...(redirect === undefined ? {} : { [REDIRECT]: redirect }) };
  const tags = replaceTags ? given.tags : from.tags;
  return {
    ...own,
    contentType: described.contentType,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(described.metadata ? { metadata: described.metadata } : {}),
    ...(tags ? { tags } : {}),
  };
}
