/**
 * Encryption with keys that customers keep (SSE-C): the key of every request is checked against that of the write.
 * Objects are not encrypted here; only the MD5 of the key is kept.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../../core/errors.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';

const ARGUMENT = 'x-amz-server-side-encryption';
const PREFIX = 'x-amz-server-side-encryption-customer-';
const KEY_BYTES = 32;

/**
 * MD5 of the request's key, base64; undefined without one. `prefix` is that of the headers of a copy's source.
 * @throws AwsError InvalidArgument, InvalidEncryptionAlgorithmError
 */
export function parseCustomerKey(
  { headers }: Pick<WireRequest, 'headers'>,
  of: '' | 'x-amz-copy-source-' = '',
): string | undefined {
  const header = (name: string) =>
    headers[of === '' ? `${PREFIX}${name}` : `${of}${PREFIX.slice('x-amz-'.length)}${name}`];
  const [algorithm, key, md5] = [header('algorithm'), header('key'), header('key-md5')];
  if (algorithm === undefined && key === undefined) return undefined;
  const given = headers[ARGUMENT];
  if (of === '' && given !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      ARGUMENT,
      given,
    );
  }
  const must = (what: string) =>
    invalidArgument(
      `Requests specifying Server Side Encryption with Customer provided keys must provide ${what}.`,
      ARGUMENT,
    );
  if (algorithm === undefined) throw must('a valid encryption algorithm');
  if (key === undefined) throw must('an appropriate secret key');
  if (algorithm !== 'AES256') {
    throw new AwsError(
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256.',
      400,
      { details: { ArgumentName: ARGUMENT, ArgumentValue: algorithm } },
    );
  }
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw invalidArgument('The secret key was invalid for the specified algorithm.', ARGUMENT);
  const computed = createHash('md5').update(bytes).digest('base64');
  if (computed !== md5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      ARGUMENT,
    );
  }
  return computed;
}

/** Refuses to show an object to who has not its key. @throws AwsError InvalidRequest, AccessDenied */
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
