import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml, type XmlNode, xmlElements, xmlNames, xmlText } from '../../../http/protocols/xml.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, createHasher } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { invalidRequest, malformedXml } from '../errors.ts';
import {
  algorithmOfElement,
  type CompletionRequest,
  completeUpload,
  findCompleted,
  type NamedPart,
} from '../objects/complete-upload.ts';
import { putPlanned } from '../objects/put-version.ts';
import { findUpload } from '../objects/uploads.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { parseWriteConditions, type WriteConditions } from '../wire/conditions.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { renderExpiration } from '../wire/lifecycle.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { renderETag, renderVersionId } from '../wire/object-headers.ts';

/** 10,000 parts with a checksum each. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload = defineOperation({
  name: 'CompleteMultipartUpload',
  http: { method: 'POST', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  async parse(request, { Bucket, Key }) {
    return {
      bucket: Bucket!,
      key: Key!,
      uploadId: request.query.get('uploadId') ?? '',
      completion: await parseCompletion(request),
      conditions: parseWriteConditions(request),
    };
  },
  async handle(context: S3Context, { bucket: name, key, uploadId, completion, conditions }, request) {
    const bucket = context.buckets.get(name);
    const version =
      findCompleted(bucket, key, uploadId, completion) ??
      (await complete(context, bucket, { key, uploadId, completion, conditions }));
    const location = `http://${request.host}/${name}/${encodeURIComponent(key)}`;
    const expiration = renderExpiration(bucket, version);
    return { name, version, expiration, location, versioned: bucket.versioning !== undefined };
  },
  render({ name, version, expiration, location, versioned }) {
    const { checksum } = version;
    const response = xmlResponse(200, {
      CompleteMultipartUploadResult: {
        '@xmlns': S3_NAMESPACE,
        Location: location,
        Bucket: name,
        Key: version.key,
        ETag: renderETag(version.etag),
        // S3 keeps the checksum of what a KMS key encrypts to itself here, and tells it when the object is read.
        ...(checksum && !version.encryption
          ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
          : {}),
      },
    });
    const headers = {
      ...response.headers,
      ...renderEncryption(version),
      ...expiration,
      ...renderVersionId(version.versionId, versioned),
    };
    return { ...response, headers };
  },
});

async function complete(
  context: S3Context,
  bucket: Bucket,
  { key, uploadId, completion, conditions }: Completing,
): Promise<ObjectVersion> {
  const { upload } = findUpload(bucket, key, uploadId);
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

interface Completing {
  key: string;
  uploadId: string;
  completion: CompletionRequest;
  conditions: WriteConditions;
}

async function parseCompletion(request: WireRequest): Promise<CompletionRequest> {
  const { headers } = request;
  const text = (await readBody(request.body, MAX_BODY_BYTES, malformedXml)).toString('utf8');
  const node = text === '' ? '' : parseXml(text, 'CompleteMultipartUpload');
  if (node === undefined) throw malformedXml();
  const parts = xmlElements(node, 'Part').map(parseNamedPart);
  if (parts.length === 0) throw invalidRequest('You must specify at least one part');
  const algorithm = CHECKSUM_ALGORITHMS.find((candidate) => headers[checksumHeader(candidate)] !== undefined);
  const size = headers['x-amz-mp-object-size'];
  if (size !== undefined && !/^\d+$/.test(size)) {
    throw invalidRequest(`Value for x-amz-mp-object-size header is invalid: '${size}'`);
  }
  return {
    parts,
    checksum: algorithm && { algorithm, value: headers[checksumHeader(algorithm)]! },
    checksumType: headers['x-amz-checksum-type']?.toUpperCase(),
    sizeBytes: size === undefined ? undefined : Number(size),
  };
}

function parseNamedPart(node: XmlNode): NamedPart {
  const number = Number(xmlText(node, 'PartNumber')?.trim() || Number.NaN);
  const etag = xmlText(node, 'ETag')?.trim();
  if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
  const checksums: { [algorithm: string]: string } = {};
  for (const name of xmlNames(node)) {
    const algorithm = algorithmOfElement(name);
    if (algorithm) checksums[algorithm] = xmlText(node, name)?.trim() ?? '';
  }
  return { number, etag, checksums };
}
