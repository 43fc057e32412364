/**
 * Tokens of OpenID Connect providers, as AssumeRoleWithWebIdentity checks them. Pure.
 * Source: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation, RFC 7515, RFC 7518
 */
import { constants, createPublicKey, verify } from 'node:crypto';
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { OidcKey } from './context.ts';

/** The claims that matter here. */
export interface WebIdentity {
  /** `https://token.actions.githubusercontent.com` */
  issuer: string;
  subject: string;
  /** Who the token is for: `aud`, one or several. */
  audiences: readonly string[];
  claims: JsonObject;
}

interface Token {
  header: JsonObject;
  identity: WebIdentity;
  /** What the signature covers. */
  signedText: string;
  signature: Buffer;
}

const invalid = (message: string) => new AwsError('InvalidIdentityToken', message);
const malformed = () =>
  invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');

/** @throws AwsError InvalidIdentityToken */
export function readToken(text: string): Token {
  const [head, body, tail, ...more] = text.split('.');
  if (!head || !body || !tail || more.length > 0) throw malformed();
  const header = objectOf(head);
  const claims = objectOf(body);
  const { iss, sub, aud } = claims;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (typeof iss !== 'string' || typeof sub !== 'string') throw malformed();
  if (!audiences.every((one) => typeof one === 'string')) throw malformed();
  return {
    header,
    identity: { issuer: iss, subject: sub, audiences: audiences as string[], claims },
    signedText: `${head}.${body}`,
    signature: Buffer.from(tail, 'base64url'),
  };
}

function objectOf(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch {
    // Not JSON: refused below.
  }
  throw malformed();
}

/** Seconds by which clocks may differ. */
const LEEWAY_SECONDS = 60;

/** Source of the texts: AWS's answers in public bug reports. @throws AwsError ExpiredTokenException, InvalidIdentityToken */
export function checkToken(
  { header, identity, signedText, signature }: Token,
  { keys, clientIds, nowMs }: { keys: readonly OidcKey[]; clientIds: readonly string[]; nowMs: number },
): void {
  const { exp, nbf, azp } = identity.claims;
  const nowSeconds = nowMs / 1000;
  if (typeof exp !== 'number') throw malformed();
  const candidates = keys.filter(({ kid }) => header['kid'] === undefined || kid === header['kid']);
  if (candidates.length === 0) {
    throw invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
  const isSigned = candidates.some((key) => isSignedWith(key, header['alg'], signedText, signature));
  if (!isSigned) throw invalid('The ID Token signature is invalid.');
  if (exp + LEEWAY_SECONDS <= nowSeconds) {
    throw new AwsError(
      'ExpiredTokenException',
      'Token expired: current date/time must be before the expiration date/time',
    );
  }
  if (typeof nbf === 'number' && nbf - LEEWAY_SECONDS > nowSeconds)
    throw invalid('The ID Token is not yet valid.');
  const presenters = typeof azp === 'string' ? [azp] : identity.audiences;
  if (!presenters.some((one) => clientIds.includes(one))) throw invalid('Incorrect token audience');
}

/** Algorithms of RFC 7518 with public keys; `none` and shared secrets are not among them. */
const ALGORITHMS: ReadonlyMap<unknown, { hash: string; keyType: string; isPss?: true }> = new Map([
  ['RS256', { hash: 'sha256', keyType: 'rsa' }],
  ['RS384', { hash: 'sha384', keyType: 'rsa' }],
  ['RS512', { hash: 'sha512', keyType: 'rsa' }],
  ['PS256', { hash: 'sha256', keyType: 'rsa', isPss: true }],
  ['ES256', { hash: 'sha256', keyType: 'ec' }],
  ['ES384', { hash: 'sha384', keyType: 'ec' }],
  ['ES512', { hash: 'sha512', keyType: 'ec' }],
]);

function isSignedWith(jwk: OidcKey, algorithm: unknown, text: string, signature: Buffer): boolean {
  const found = ALGORITHMS.get(algorithm);
  if (!found || (jwk.alg !== undefined && jwk.alg !== algorithm)) return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (key.asymmetricKeyType !== found.keyType) return false;
  return verify(
    found.hash,
    Buffer.from(text),
    {
      key,
      dsaEncoding: 'ieee-p1363',
      ...(found.isPss
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : {}),
    },
    signature,
  );
}

/** GitHub's claims that policies may ask for beside the standard ones. */
const GITHUB_CLAIMS = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'workflow',
];

/**
 * Condition keys of a token, `ISSUER:aud` and the like.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
export function conditionsOf(identity: WebIdentity): { [key: string]: string | readonly string[] } {
  const { issuer, subject, audiences, claims } = identity;
  const prefix = issuer.replace(/^https:\/\//, '');
  const { azp, amr } = claims;
  const github = prefix === 'token.actions.githubusercontent.com' ? GITHUB_CLAIMS : [];
  const entries: [string, string | readonly string[]][] = [
    ['sub', subject],
    ['aud', typeof azp === 'string' ? azp : audiences],
    ...(typeof azp === 'string' ? [['oaud', audiences] as [string, readonly string[]]] : []),
    ...(Array.isArray(amr)
      ? [['amr', amr.filter((one) => typeof one === 'string')] as [string, string[]]]
      : []),
    ...github.flatMap((name): [string, string][] => {
      const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  ];
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix}:${name}`, value]));
}
