/** Policies that narrow down a session. */
import { AwsError } from '../../../core/errors.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import type { StsContext } from './context.ts';

const MAX_CHARACTERS = 2048;

/** `Policy` and the documents of `PolicyArns`. @throws AwsError MalformedPolicyDocument, ValidationError */
export function sessionPolicies(roles: StsContext['roles'], input: QueryInput): string[] {
  const policies: string[] = [];
  const text = input['Policy'];
  if (text !== undefined) {
    if (text.length > MAX_CHARACTERS) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${text}' at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${MAX_CHARACTERS}`,
      );
    }
    roles.checkPolicy(text);
    policies.push(text);
  }
  for (const arn of arnsOf(input)) {
    const document = roles.policyDocument(arn);
    if (document === undefined) {
      throw new AwsError('MalformedPolicyDocument', `The specified managed policy ${arn} does not exist.`);
    }
    policies.push(document);
  }
  return policies;
}

function arnsOf(input: QueryInput): string[] {
  const arns: string[] = [];
  for (let i = 1; input[`PolicyArns.member.${i}.arn`] !== undefined; i++) {
    arns.push(input[`PolicyArns.member.${i}.arn`]!);
  }
  return arns;
}

/** Percent of the 2,048 characters that session policies may take. */
export const packedPercent = (policies: readonly string[]) =>
  Math.ceil(policies.reduce((sum, text) => sum + text.length, 0) / (MAX_CHARACTERS / 100));
