/**
 * Encryption as S3 tells of it: what a request asks for, or the bucket's default, kept and returned.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 */
import { createHash } from 'node:crypto';
import { parseXml, xmlElement, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties } from '../store/records.ts';
import { parseCustomerKey, renderCustomerKey } from './customer-key.ts';

const HEADER = 'x-amz-server-side-encryption';
const KEY_HEADER = 'x-amz-server-side-encryption-aws-kms-key-id';
const BUCKET_KEY_HEADER = 'x-amz-server-side-encryption-bucket-key-enabled';
const ALGORITHMS = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

type Encryption = Pick<ObjectProperties, 'encryption' | 'customerKeyMd5'>;

/**
 * Encryption of what a request writes; nothing for AES256, which AWS applies by itself. A copy takes the bucket's
 * key over from its request alone.
 * @throws AwsError InvalidArgument
 */
export function encryptionOfWrite(
  context: S3Context,
  request: Pick<WireRequest, 'headers'>,
  bucket: Bucket,
  options: { isCopy?: boolean } = {},
): Encryption {
  const customerKeyMd5 = parseCustomerKey(request);
  if (customerKeyMd5 !== undefined) return { customerKeyMd5 };
  const { headers } = request;
  const asked = headers[HEADER];
  if (asked !== undefined && !ALGORITHMS.has(asked))
    throw invalidArgument('The encryption method specified is not supported', HEADER, asked);
  if (headers[KEY_HEADER] !== undefined && (asked === undefined || asked === 'AES256')) {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      HEADER,
    );
  }
  const byDefault = defaultOf(bucket);
  const algorithm = asked ?? byDefault?.algorithm ?? 'AES256';
  if (algorithm === 'AES256') return {};
  const keyId = headers[KEY_HEADER] ?? (asked === undefined ? byDefault?.keyId : undefined);
  const bucketKey =
    headers[BUCKET_KEY_HEADER] === undefined
      ? !options.isCopy && byDefault?.bucketKey === true
      : headers[BUCKET_KEY_HEADER].toLowerCase() === 'true';
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

/** Response headers that tell how an object or upload is encrypted. */
export function renderEncryption({ encryption, customerKeyMd5 }: Encryption): Record<string, string> {
  if (customerKeyMd5 !== undefined) return renderCustomerKey(customerKeyMd5);
  return {
    [HEADER]: encryption?.algorithm ?? 'AES256',
    ...(encryption?.keyId === undefined ? {} : { [KEY_HEADER]: encryption.keyId }),
    ...(encryption?.bucketKey ? { [BUCKET_KEY_HEADER]: 'true' } : {}),
  };
}
