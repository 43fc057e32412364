/** Multipart uploads: create, parts, complete, abort. */

import type {
  AbortMultipartUploadCommandInput,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import { parseXml, type XmlNode, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import {
  DEFAULT_CHECKSUM,
  type PayloadPromise,
  parseAlgorithm,
  parsePayloadPromise,
  receiveContent,
} from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import {
  CHECKSUM_ALGORITHMS,
  CHECKSUM_HEADERS,
  type ChecksumAlgorithm,
  createHasher,
} from '../checksums/algorithms.ts';
import { canCombine } from '../checksums/combine-crc.ts';
import { type S3Context, s3Operation } from '../context.ts';
import { invalidRequest, malformedXml } from '../errors.ts';
import {
  checkReadConditions,
  parseWriteConditions,
  sourceConditionsOf,
  type WriteConditions,
} from '../objects/conditions.ts';
import { copyContent, parseCopyRange, parseCopySource, renderSourceVersion } from '../objects/copy-source.ts';
import { assertCustomerKey, assertUploadKey, parseCustomerKey, sourceKeyOf } from '../objects/encryption.ts';
import { findCopySource } from '../objects/find-object.ts';
import { renderListDate, s3Response } from '../objects/list-parameters.ts';
import { propertiesOfWrite, renderEncryption, renderETag, renderWritten } from '../objects/properties.ts';
import {
  assertSameAlgorithm,
  type CompletionRequest,
  completeUpload,
  findCompleted,
  findUpload,
  type NamedPart,
  putPart,
  requirePartNumber,
} from '../objects/uploads.ts';
import { copiesPart, onObject, writesObject } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion, Upload } from '../store/records.ts';
import { assertKey, putPlanned } from './put-object.ts';

/** 10,000 parts with a checksum each. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_PART_NUMBER = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
const createMultipartUpload = s3Operation<CreateMultipartUploadCommandInput>({
  name: 'CreateMultipartUpload',
  permission: writesObject,
  async handle(context, input) {
    const { Bucket: name, Key: key } = input;
    const checksum = parseChecksum(
      parseAlgorithm(input.ChecksumAlgorithm),
      input.ChecksumType?.toUpperCase(),
    );
    const bucket = context.buckets.get(name);
    assertKey(key, context.limits);
    const properties = propertiesOfWrite(context, input, bucket);
    assertAclAllowed(bucket, properties.acl, {
      action: 'PutObject',
      key,
      accountId: context.env.accountId,
    });
    const current = bucket.find(key);
    const upload: Upload = {
      ...properties,
      uploadId: context.newId(),
      key,
      initiatedMs: context.env.clock.nowMs(),
      ...(current && !current.deleteMarker ? { keyExisted: true } : {}),
      ...(checksum ? { checksum } : {}),
    };
    await bucket.commit([{ op: 'upload', upload }]);
    return s3Response(
      'InitiateMultipartUploadResult',
      { Bucket: name, Key: key, UploadId: upload.uploadId },
      {
        ...renderEncryption(upload),
        ...(checksum
          ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
          : {}),
      },
    );
  },
});

/** CRCs of a whole follow from those of the parts, hashes' do not. @throws AwsError InvalidRequest */
function parseChecksum(
  algorithm: ChecksumAlgorithm | undefined,
  type: string | undefined,
): Upload['checksum'] {
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  const usual = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const chosen = type ?? usual;
  if (
    (chosen === 'FULL_OBJECT' && !canCombine(algorithm)) ||
    (chosen === 'COMPOSITE' && algorithm === 'CRC64NVME')
  ) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
const uploadPart = s3Operation<UploadPartCommandInput>({
  name: 'UploadPart',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['partNumber', 'uploadId'] },
  permission: onObject('PutObject'),
  async handle(context, input, request) {
    const promise: PayloadPromise = { ...parsePayloadPromise(request), md5ShownAs: 'base64' };
    const bucket = context.buckets.get(input.Bucket);
    const number = requirePartNumber(input.PartNumber, Math.min(context.limits.s3MaxParts, MAX_PART_NUMBER));
    const { upload } = findUpload(bucket, input.Key, input.UploadId);
    assertUploadKey(upload.customerKeyMd5, parseCustomerKey(input));
    assertSameAlgorithm(upload, promise.checksum?.algorithm);
    const content = await receiveContent(context.blobs, request, promise, {
      maxBytes: context.limits.s3MaxPutBytes,
      keep: upload.checksum?.algorithm ?? DEFAULT_CHECKSUM,
      observer: context.observeChunks(request),
    });
    const part = await putPart(context, bucket, upload, number, content);
    // An upload that was created without a checksum answers only the one that came with the part.
    const checksum = upload.checksum ? part.checksum : content.promised;
    return {
      status: 200,
      headers: {
        etag: renderETag(part.etag),
        ...renderEncryption(upload),
        ...(checksum ? { [CHECKSUM_HEADERS[checksum.algorithm]]: checksum.value } : {}),
      },
    };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
const uploadPartCopy = s3Operation<UploadPartCopyCommandInput>({
  name: 'UploadPartCopy',
  http: {
    method: 'PUT',
    path: '/{Bucket}/{Key+}',
    query: ['partNumber', 'uploadId'],
    headers: ['x-amz-copy-source'],
  },
  permission: copiesPart,
  async handle(context, input) {
    const source = parseCopySource(input.CopySource!);
    const bucket = context.buckets.get(input.Bucket);
    const number = requirePartNumber(input.PartNumber, Math.min(context.limits.s3MaxParts, MAX_PART_NUMBER));
    const { upload } = findUpload(bucket, input.Key, input.UploadId);
    const sourceBucket = context.buckets.get(source.bucket);
    assertUploadKey(upload.customerKeyMd5, parseCustomerKey(input));
    const nowMs = context.env.clock.nowMs();
    const from = findCopySource(sourceBucket, source, nowMs);
    assertCustomerKey(from.customerKeyMd5, parseCustomerKey(sourceKeyOf(input)));
    checkReadConditions(sourceConditionsOf(input), from, nowMs);
    const range = parseCopyRange(input.CopySourceRange, from.sizeBytes);
    const algorithm = upload.checksum?.algorithm ?? DEFAULT_CHECKSUM;
    const content = await copyContent(context, from, range, algorithm);
    const part = await putPart(context, bucket, upload, number, content);
    return s3Response(
      'CopyPartResult',
      {
        ETag: renderETag(part.etag),
        LastModified: renderListDate(part.lastModifiedMs),
        // Recorded (B6): an upload that was created without a checksum answers none.
        ...(upload.checksum && part.checksum
          ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }
          : {}),
      },
      { ...renderEncryption(upload), ...renderSourceVersion(sourceBucket, from) },
    );
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
const completeMultipartUpload = s3Operation<CompleteMultipartUploadCommandInput>({
  name: 'CompleteMultipartUpload',
  http: { method: 'POST', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  permission: onObject('PutObject'),
  async handle(context, input, request) {
    const { Bucket: name, Key: key, UploadId: uploadId = '' } = input;
    const completion = await readCompletion(request, input);
    const conditions = parseWriteConditions(input);
    const bucket = context.buckets.get(name);
    const version =
      findCompleted(bucket, key, uploadId, completion) ??
      (await complete(context, bucket, { key, uploadId, completion, conditions }));
    const { checksum } = version;
    return s3Response(
      'CompleteMultipartUploadResult',
      {
        Location: `http://${request.host}/${name}/${encodeURIComponent(key)}`,
        Bucket: name,
        Key: version.key,
        ETag: renderETag(version.etag),
        // S3 answers no checksum here of what a KMS key encrypts, but does when the object is read.
        ...(checksum && !version.encryption
          ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
          : {}),
      },
      renderWritten(bucket, version),
    );
  },
});

interface Completing {
  key: string;
  uploadId: string;
  completion: CompletionRequest;
  conditions: WriteConditions;
}

async function complete(
  context: S3Context,
  bucket: Bucket,
  { key, uploadId, completion, conditions }: Completing,
): Promise<ObjectVersion> {
  const { upload } = findUpload(bucket, key, uploadId);
  // Recorded (B8): an unknown upload is told before a document without parts.
  if (completion.parts.length === 0) throw invalidRequest('You must specify at least one part');
  const hasher = await createHasher(upload.checksum?.algorithm ?? 'CRC32');
  return putPlanned(
    context,
    bucket,
    key,
    () => completeUpload(findUpload(bucket, key, uploadId), completion, context.limits, () => hasher),
    'ObjectCreated:CompleteMultipartUpload',
    { conditions, uploadId },
  );
}

async function readCompletion(
  request: WireRequest,
  input: InputTexts<CompleteMultipartUploadCommandInput>,
): Promise<CompletionRequest> {
  const text = (await readBody(request.body, MAX_BODY_BYTES, malformedXml)).toString('utf8');
  const node = text === '' ? '' : parseXml(text, 'CompleteMultipartUpload');
  if (node === undefined) throw malformedXml();
  const size = input.MpuObjectSize;
  if (size !== undefined && !/^\d+$/.test(size)) {
    throw invalidRequest(`Value for x-amz-mp-object-size header is invalid: '${size}'`);
  }
  const algorithm = CHECKSUM_ALGORITHMS.find((candidate) => input[`Checksum${candidate}`] !== undefined);
  return {
    parts: xmlElements(node, 'Part').map(parseNamedPart),
    checksum: algorithm && { algorithm, value: input[`Checksum${algorithm}`]! },
    checksumType: input.ChecksumType?.toUpperCase(),
    sizeBytes: size === undefined ? undefined : Number(size),
  };
}

function parseNamedPart(node: XmlNode): NamedPart {
  const number = Number(xmlText(node, 'PartNumber')?.trim() || Number.NaN);
  const etag = xmlText(node, 'ETag')?.trim();
  if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
  const checksums: { [algorithm: string]: string } = {};
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = xmlText(node, `Checksum${algorithm}`)?.trim();
    if (value !== undefined) checksums[algorithm] = value;
  }
  return { number, etag, checksums };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
const abortMultipartUpload = s3Operation<AbortMultipartUploadCommandInput>({
  name: 'AbortMultipartUpload',
  http: { method: 'DELETE', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  permission: onObject('AbortMultipartUpload'),
  async handle(context, { Bucket, Key: key, UploadId: uploadId = '' }) {
    const bucket = context.buckets.get(Bucket);
    await bucket.change(key, () => {
      findUpload(bucket, key, uploadId);
      return { records: [{ op: 'abort', uploadId }], result: undefined };
    });
  },
});

export const uploadOperations = [
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
];
