/**
 * Who signed a browser's upload: the signature is of the policy, as it stands in the form.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, and for version 2
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTExamples.html
 */
import { createHmac } from 'node:crypto';
import { AwsError } from '../../../core/errors.ts';
import { isJson } from '../../../core/json.ts';
import { inHex, sameText, signingKey } from '../../http/caller/canonical.ts';
import { refusalsOf } from '../../http/caller/refusals.ts';
import type { AccessPorts } from '../access-control.ts';
import type { FormFields } from './context.ts';
import { missingFormField } from './errors.ts';

/** Fields of a signature as errors name them; a form has all of one kind, or none. */
const VERSION_4 = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'];
const VERSION_2 = ['Signature', 'AWSAccessKeyId'];

/**
 * The access key that signed a form; undefined for a form without a policy, which anyone may send. Forms of known keys
 * are always verified; those of unknown keys are accepted only while policies are off and signatures are not verified.
 * @throws AwsError AccessDenied, InvalidArgument, InvalidAccessKeyId, SignatureDoesNotMatch
 */
export function signerOfForm(fields: FormFields, access: AccessPorts | undefined): string | undefined {
  const policy = fields.get('policy')?.value;
  if (policy === undefined || policy === '') return undefined;
  const isV4 = hasAllOrNone(fields, VERSION_4);
  if (!isV4 && !hasAllOrNone(fields, VERSION_2)) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const [credentialKey = '', ...scope] = (fields.get('x-amz-credential')?.value ?? '').split('/');
  const accessKeyId = isV4 ? credentialKey : fields.get('awsaccesskeyid')!.value;
  const signature = fields.get(isV4 ? 'x-amz-signature' : 'signature')!.value;
  const refusals = refusalsOf({ kind: 's3' });
  const mismatch = () =>
    refusals.mismatch({
      AWSAccessKeyId: accessKeyId,
      StringToSign: policy,
      SignatureProvided: signature,
      StringToSignBytes: inHex(policy),
    });
  const found = access?.sessions.resolve(accessKeyId) ?? { kind: 'unknown' };
  if (found.kind === 'unknown') {
    if (access?.sessions.isVerifying || access?.permissions.isEnforced) throw refusals.unknown(accessKeyId);
    // No key is known, but a policy that cannot be read was not signed as it stands.
    if (!isJson(Buffer.from(policy, 'base64').toString('utf8'))) throw mismatch();
    return accessKeyId;
  }
  const { secretAccessKey, sessionToken } = found.key;
  const token = fields.get('x-amz-security-token')?.value;
  if (token !== sessionToken) throw refusals.wrongToken(token, accessKeyId);
  const expected = isV4
    ? createHmac('sha256', signingKey(secretAccessKey, scope.join('/')))
        .update(policy)
        .digest('hex')
    : createHmac('sha1', secretAccessKey).update(policy).digest('base64');
  if (!sameText(expected, signature)) throw mismatch();
  return accessKeyId;
}

function hasAllOrNone(fields: FormFields, names: readonly string[]): boolean {
  if (!names.some((name) => fields.has(name.toLowerCase()))) return false;
  const missing = names.find((name) => !fields.has(name.toLowerCase()));
  if (missing !== undefined) throw missingFormField(missing);
  return true;
}
