import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseAlgorithm } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { ChecksumAlgorithm } from '../checksums/algorithms.ts';
import { canCombine } from '../checksums/combine-crc.ts';
import type { S3Context } from '../context.ts';
import { invalidRequest } from '../errors.ts';
import { assertKey } from '../objects/names.ts';
import { propertiesOfWrite } from '../objects/properties-of-write.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Upload } from '../store/records.ts';
import { parseAclHeaders } from '../wire/access-control.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload = defineOperation({
  name: 'CreateMultipartUpload',
  http: { method: 'POST', path: '/{Bucket}/{Key+}', query: ['uploads'] },
  parse: ({ headers }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    checksum: parseChecksum(
      parseAlgorithm(headers['x-amz-checksum-algorithm']),
      headers['x-amz-checksum-type']?.toUpperCase(),
    ),
  }),
  async handle(context: S3Context, { bucket: name, key, checksum }, request) {
    const bucket = context.buckets.get(name);
    assertKey(key, context.limits);
    assertAclAllowed(bucket, parseAclHeaders(request), {
      action: 'PutObject',
      key,
      accountId: context.env.accountId,
    });
    const upload: Upload = {
      ...propertiesOfWrite(context, request, bucket),
      uploadId: context.newId(),
      key,
      initiatedMs: context.env.clock.nowMs(),
      ...(isThere(bucket, key) ? { keyExisted: true } : {}),
      ...(checksum ? { checksum } : {}),
    };
    await bucket.commit([{ op: 'upload', upload }]);
    return { bucket: name, upload };
  },
  render({ bucket, upload }) {
    const response = xmlResponse(200, {
      InitiateMultipartUploadResult: {
        '@xmlns': S3_NAMESPACE,
        Bucket: bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
      },
    });
    return {
      ...response,
      headers: {
        ...response.headers,
        ...renderEncryption(upload),
        ...(upload.checksum
          ? {
              'x-amz-checksum-algorithm': upload.checksum.algorithm,
              'x-amz-checksum-type': upload.checksum.type,
            }
          : {}),
      },
    };
  },
});

/** True when the key has an object, a delete marker being none. */
const isThere = (bucket: Bucket, key: string): boolean =>
  bucket.find(key)?.deleteMarker === undefined && bucket.find(key) !== undefined;

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
