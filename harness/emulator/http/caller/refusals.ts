/**
 * How services say that a caller is refused: S3 in its own codes, services of the query protocol, and those that
 * speak JSON.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { UnreadableSignature } from './signature.ts';

/** The codes of a service. `status`: of the JSON services' refusals. */
export type RefusalStyle = { kind: 's3' } | { kind: 'query' } | { kind: 'json'; status: number };

export interface Refusals {
  /** No signature where one is needed. */
  missing(): AwsError;
  unreadable(why: UnreadableSignature): AwsError;
  /** An access key that does not exist, is deleted or inactive, or comes with another session token. */
  unknown(accessKeyId: string): AwsError;
  wrongToken(token: string | undefined, accessKeyId: string): AwsError;
  expiredCredentials(): AwsError;
  /** The signature is not the request's. `details` are S3's. */
  mismatch(details: Record<string, string>): AwsError;
  /** The credential is scoped to another service. */
  wrongScope(expected: string, found: string): AwsError;
  /** The signature cannot be in force now; `message` in the words of the protocol. */
  wrongTime(message: string): AwsError;
}

const TROUBLESHOOTING =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** The refusals of the query protocol and of JSON services. */
function generalRefusals(style: Exclude<RefusalStyle, { kind: 's3' }>): Refusals {
  const error = (query: string, json: string, message: string) =>
    style.kind === 'query' ? new AwsError(query, message, 403) : new AwsError(json, message, style.status);
  const invalidToken = () =>
    error(
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  return {
    missing: () =>
      error(
        'MissingAuthenticationToken',
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      ),
    unreadable: ({ reason, missing = [] }) =>
      error('IncompleteSignature', 'IncompleteSignatureException', incompleteText(reason, missing)),
    unknown: invalidToken,
    wrongToken: invalidToken,
    expiredCredentials: () =>
      error('ExpiredToken', 'ExpiredTokenException', 'The security token included in the request is expired'),
    mismatch: () => error('SignatureDoesNotMatch', 'InvalidSignatureException', TROUBLESHOOTING),
    wrongScope: (expected) =>
      error(
        'SignatureDoesNotMatch',
        'InvalidSignatureException',
        `Credential should be scoped to correct service: '${expected}'. `,
      ),
    wrongTime: (message) => error('SignatureDoesNotMatch', 'InvalidSignatureException', message),
  };
}

function incompleteText(reason: UnreadableSignature['reason'], missing: readonly string[]): string {
  if (reason === 'several-mechanisms') return 'Only one authentication mechanism is allowed.';
  if (reason === 'credential-header' || reason === 'credential-query') {
    return "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, and end in 'aws4_request'.";
  }
  if (reason === 'query' || reason === 'query-v2') {
    return 'AWS query-string parameters must include X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-SignedHeaders and X-Amz-Date, each exactly once.';
  }
  if (missing.length === 0) return 'Authorization header has duplicate or unknown parameters.';
  return missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' ');
}

const s3Error = (code: string, message: string, status = 403, details: Record<string, string> = {}) =>
  new AwsError(code, message, status, { details });

/** S3 keeps to what it answered before Version 4. */
const S3_REFUSALS: Refusals = {
  missing: () => s3Error('AccessDenied', 'Access Denied'),
  unreadable({ reason }) {
    switch (reason) {
      case 'several-mechanisms':
        return s3Error(
          'InvalidArgument',
          'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
          400,
          { ArgumentName: 'Authorization' },
        );
      case 'unsupported-scheme':
        return s3Error('InvalidArgument', 'Unsupported Authorization Type', 400, {
          ArgumentName: 'Authorization',
        });
      case 'query':
        return s3Error(
          'AuthorizationQueryParametersError',
          'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
          400,
        );
      case 'query-v2':
        return s3Error(
          'AccessDenied',
          'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
        );
      case 'credential-query':
        return s3Error(
          'AuthorizationQueryParametersError',
          'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
          400,
        );
      case 'credential-header':
        return s3Error(
          'AuthorizationHeaderMalformed',
          'The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
          400,
        );
      default:
        return s3Error(
          'AuthorizationHeaderMalformed',
          'The authorization header that you provided is not valid.',
          400,
        );
    }
  },
  unknown: (AWSAccessKeyId) =>
    s3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403, {
      AWSAccessKeyId,
    }),
  wrongToken: (token, accessKeyId) =>
    token === undefined
      ? S3_REFUSALS.unknown(accessKeyId)
      : s3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400, {
          'Token-0': token,
        }),
  expiredCredentials: () => s3Error('ExpiredToken', 'The provided token has expired.', 400),
  mismatch: (details) =>
    s3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
      details,
    ),
  wrongScope: (expected, found) =>
    s3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${found}". This endpoint belongs to "${expected}".`,
      400,
    ),
  wrongTime: (message) => s3Error('RequestTimeTooSkewed', message),
};

export const refusalsOf = (style: RefusalStyle): Refusals =>
  style.kind === 's3' ? S3_REFUSALS : generalRefusals(style);
