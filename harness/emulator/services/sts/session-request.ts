/**
 * What the operations that open sessions share: policies and tags of a session, and its credentials as AWS answers them.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { AssumeRoleCommandInput, Credentials } from '@aws-sdk/client-sts';
import { AwsError } from '../../../core/errors.ts';
import type { SessionCredentials } from '../ports.ts';
import type { StsContext } from './context.ts';

/** Characters of all session policies together. */
const MAX_POLICY_CHARACTERS = 2048;
type SessionPolicyInput = Pick<AssumeRoleCommandInput, 'Policy' | 'PolicyArns'>;
type SessionTags = { readonly [key: string]: string };
const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

/** Credentials as STS answers them. */
export const credentialsShape = (credentials: SessionCredentials): Credentials => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: new Date(credentials.expirationMs),
});

/** `Policy` and the documents of `PolicyArns`, as JSON texts. @throws AwsError MalformedPolicyDocument */
export function sessionPolicies(
  roles: StsContext['roles'],
  { Policy, PolicyArns = [] }: SessionPolicyInput,
): string[] {
  if (Policy !== undefined) roles.checkPolicy(Policy);
  const managed = PolicyArns.map(({ arn = '' }) => {
    const document = roles.policyDocument(arn);
    if (document === undefined) {
      throw new AwsError('MalformedPolicyDocument', `The specified managed policy ${arn} does not exist.`);
    }
    return document;
  });
  return [...(Policy === undefined ? [] : [Policy]), ...managed];
}

/**
 * `PackedPolicySize`: percent of the characters that session policies may take. Managed policies count by their ARNs.
 * @throws AwsError PackedPolicyTooLarge
 */
export function packedPercent({ Policy = '', PolicyArns = [] }: SessionPolicyInput): number {
  const characters = PolicyArns.reduce((sum, { arn = '' }) => sum + arn.length, Policy.length);
  const percent = Math.ceil((100 * characters) / MAX_POLICY_CHARACTERS);
  if (percent <= 100) return percent;
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

/**
 * Tags of a session; keys that differ in case alone are the same.
 * @param inherited the transitive tags of the session that asks
 * @throws AwsError InvalidParameterValue
 */
export function sessionTags(given: AssumeRoleCommandInput['Tags'], inherited: SessionTags): SessionTags {
  const tags = new Map<string, string>();
  const seen = new Set<string>();
  const taken = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  for (const { Key = '', Value = '' } of given ?? []) {
    const folded = Key.toLowerCase();
    if (seen.has(folded)) {
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    if (taken.has(folded)) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    seen.add(folded);
    tags.set(Key, Value);
  }
  return Object.fromEntries(tags);
}

/** Which of the tags the sessions opened by this one inherit. @throws AwsError InvalidParameterValue */
export function transitiveKeys(wanted: readonly string[] | undefined, tags: SessionTags): string[] {
  return (wanted ?? []).map((one) => {
    const key = Object.keys(tags).find((each) => each.toLowerCase() === one.toLowerCase());
    if (key === undefined) {
      throw invalid('The specified transitive tag key must be included in the requested tags.');
    }
    return key;
  });
}
