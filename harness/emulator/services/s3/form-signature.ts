/**
 * Who signed a browser's upload: the signature is of the policy, as it stands in the form.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, and for the older
 * version https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTExamples.html
 */
import { createHmac } from 'node:crypto';
import { AwsError } from '../../../core/errors.ts';
import { sameText, signingKey, unknownAccessKey } from '../../http/signature-v4.ts';
import type { FormField } from './body/form-data.ts';
import { missingFormField } from './errors.ts';

type Fields = ReadonlyMap<string, FormField>;

/** Fields of a signature as errors name them; a form has all of one kind, or none. */
const VERSION_4 = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'];
const VERSION_2 = ['Signature', 'AWSAccessKeyId'];

/**
 * The access key that signed a form; undefined for a form without a policy, which anybody may send.
 * @param secretOf where signatures are verified: the secret of an access key
 * @throws AwsError AccessDenied, InvalidArgument, InvalidAccessKeyId, SignatureDoesNotMatch
 */
export function signerOfForm(
  fields: Fields,
  secretOf: ((accessKeyId: string) => string | undefined) | undefined,
): string | undefined {
  const policy = fields.get('policy')?.value;
  if (policy === undefined || policy === '') return undefined;
  const isV4 = hasAllOrNone(fields, VERSION_4);
  if (!isV4 && !hasAllOrNone(fields, VERSION_2)) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const credential = fields.get('x-amz-credential')?.value ?? '';
  const accessKeyId = isV4 ? credential.split('/')[0]! : fields.get('awsaccesskeyid')!.value;
  const signature = fields.get(isV4 ? 'x-amz-signature' : 'signature')!.value;
  const mismatch = () => doesNotMatch(accessKeyId, policy, signature);
  if (!secretOf) {
    // Nothing is verified, but what cannot be read was not signed as it stands.
    if (!isReadable(policy)) throw mismatch();
    return accessKeyId;
  }
  const secret = secretOf(accessKeyId);
  if (secret === undefined) {
    throw unknownAccessKey(accessKeyId);
  }
  const expected = isV4
    ? createHmac('sha256', signingKey(secret, credential.split('/').slice(1).join('/')))
        .update(policy)
        .digest('hex')
    : createHmac('sha1', secret).update(policy).digest('base64');
  if (!sameText(expected, signature)) throw mismatch();
  return accessKeyId;
}

function hasAllOrNone(fields: Fields, names: readonly string[]): boolean {
  if (!names.some((name) => fields.has(name.toLowerCase()))) return false;
  const missing = names.find((name) => !fields.has(name.toLowerCase()));
  if (missing !== undefined) throw missingFormField(missing);
  return true;
}

function isReadable(policy: string): boolean {
  try {
    JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

const doesNotMatch = (accessKeyId: string, policy: string, signature: string): AwsError =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    {
      details: {
        AWSAccessKeyId: accessKeyId,
        StringToSign: policy,
        SignatureProvided: signature,
        StringToSignBytes: [...Buffer.from(policy)]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join(' '),
      },
    },
  );
