/**
 * Encryption as S3 reports it: what a request asks for, or the bucket's default, kept and returned. Objects are not
 * encrypted here. Of keys that customers keep (SSE-C) only the MD5 is stored, and every request is checked against it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */

import { createHash } from 'node:crypto';
import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../../../core/errors.ts';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import { parseXml, xmlElement, xmlText } from '../../../http/protocols/xml.ts';
import type { S3Context, WriteInput } from '../context.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties } from '../store/records.ts';

const HEADER = 'x-amz-server-side-encryption';
const ALGORITHMS = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

type Encryption = Pick<ObjectProperties, 'encryption' | 'customerKeyMd5'>;

/**
 * Encryption of what a request writes; nothing for AES256, which AWS applies by itself. A copy takes the bucket's
 * key over from its request alone.
 * @throws AwsError InvalidArgument
 */
export function encryptionOfWrite(
  context: S3Context,
  input: WriteInput,
  bucket: Bucket,
  options: { isCopy?: boolean } = {},
): Encryption {
  const customerKeyMd5 = parseCustomerKey(input);
  if (customerKeyMd5 !== undefined) return { customerKeyMd5 };
  const { ServerSideEncryption: asked, SSEKMSKeyId, BucketKeyEnabled } = input;
  if (asked !== undefined && !ALGORITHMS.has(asked))
    throw invalidArgument('The encryption method specified is not supported', HEADER, asked);
  if (SSEKMSKeyId !== undefined && (asked === undefined || asked === 'AES256')) {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      HEADER,
    );
  }
  const byDefault = defaultOf(bucket);
  const algorithm = asked ?? byDefault?.algorithm ?? 'AES256';
  if (algorithm === 'AES256') return {};
  const keyId = SSEKMSKeyId ?? (asked === undefined ? byDefault?.keyId : undefined);
  const bucketKey =
    BucketKeyEnabled === undefined
      ? !options.isCopy && byDefault?.bucketKey === true
      : BucketKeyEnabled.toLowerCase() === 'true';
  return {
    encryption: {
      algorithm,
      keyId: keyArn(context, bucket, keyId),
      ...(bucketKey ? { bucketKey: true } : {}),
    },
  };
}

function defaultOf(bucket: Bucket): { algorithm: string; keyId?: string; bucketKey: boolean } | undefined {
  const text = bucket.config('encryption');
  if (typeof text !== 'string') return undefined;
  const rule = xmlElement(parseXml(text, 'ServerSideEncryptionConfiguration'), 'Rule');
  const byDefault = xmlElement(rule, 'ApplyServerSideEncryptionByDefault');
  const keyId = xmlText(byDefault, 'KMSMasterKeyID')?.trim();
  return {
    algorithm: xmlText(byDefault, 'SSEAlgorithm')?.trim() ?? 'AES256',
    ...(keyId ? { keyId } : {}),
    bucketKey: xmlText(rule, 'BucketKeyEnabled')?.trim() === 'true',
  };
}

/** AWS answers with a key's ARN, whichever way it was named; without a name it is the account's `aws/s3`. */
function keyArn({ env }: S3Context, bucket: Bucket, keyId: string | undefined): string {
  if (keyId?.startsWith('arn:')) return keyId;
  const prefix = `arn:aws:kms:${bucket.region}:${env.accountId}`;
  if (keyId?.startsWith('alias/')) return `${prefix}:${keyId}`;
  return `${prefix}:key/${keyId ?? managedKeyId(env.accountId, bucket.region)}`;
}

/** A UUID that is the same for an account and region for ever. */
function managedKeyId(accountId: string, region: string): string {
  const hex = createHash('sha256').update(`aws/s3/${accountId}/${region}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const PREFIX = 'x-amz-server-side-encryption-customer-';
const KEY_BYTES = 32;

/** A key that the customer keeps, as a request names it. */
interface CustomerKey {
  SSECustomerAlgorithm?: string | undefined;
  SSECustomerKey?: string | undefined;
  SSECustomerKeyMD5?: string | undefined;
  ServerSideEncryption?: string | undefined;
}

/** The key of a copy's source. */
export const sourceKeyOf = (
  input: Pick<
    InputTexts<CopyObjectCommandInput>,
    'CopySourceSSECustomerAlgorithm' | 'CopySourceSSECustomerKey' | 'CopySourceSSECustomerKeyMD5'
  >,
): CustomerKey => ({
  SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
  SSECustomerKey: input.CopySourceSSECustomerKey,
  SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
});

/**
 * MD5 of the request's key, base64; undefined without one.
 * @throws AwsError InvalidArgument, InvalidEncryptionAlgorithmError
 */
export function parseCustomerKey(input: CustomerKey): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, ServerSideEncryption: given } = input;
  if (algorithm === undefined && key === undefined) return undefined;
  if (given !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      HEADER,
      given,
    );
  }
  const must = (what: string) =>
    invalidArgument(
      `Requests specifying Server Side Encryption with Customer provided keys must provide ${what}.`,
      HEADER,
    );
  if (algorithm === undefined) throw must('a valid encryption algorithm');
  if (key === undefined) throw must('an appropriate secret key');
  if (algorithm !== 'AES256') {
    throw new AwsError(
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256.',
      400,
      { details: { ArgumentName: HEADER, ArgumentValue: algorithm } },
    );
  }
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw invalidArgument('The secret key was invalid for the specified algorithm.', HEADER);
  const computed = createHash('md5').update(bytes).digest('base64');
  if (computed !== input.SSECustomerKeyMD5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      HEADER,
    );
  }
  return computed;
}

/** Refuses to show an object without its key. @throws AwsError InvalidRequest, AccessDenied */
export function assertCustomerKey(stored: string | undefined, given: string | undefined): void {
  if (stored === given) return;
  if (stored === undefined)
    throw invalidRequest('The encryption parameters are not applicable to this object.');
  if (given === undefined) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  throw new AwsError(
    'AccessDenied',
    'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
    403,
  );
}

/** Refuses a part with another key than its upload's. @throws AwsError InvalidRequest */
export function assertUploadKey(ofUpload: string | undefined, given: string | undefined): void {
  if (ofUpload === given) return;
  throw invalidRequest(
    ofUpload === undefined || given === undefined
      ? 'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.'
      : 'The provided encryption parameters did not match the ones used originally.',
  );
}

export const renderCustomerKey = (md5: string): Record<string, string> => ({
  [`${PREFIX}algorithm`]: 'AES256',
  [`${PREFIX}key-md5`]: md5,
});
