/** Policies that narrow down a session. */
import { AwsError } from '../../../core/errors.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import type { StsContext } from './context.ts';

/** `Policy` and the documents of `PolicyArns`. @throws AwsError MalformedPolicyDocument */
export function sessionPolicies(roles: StsContext['roles'], input: QueryInput): string[] {
  const policies: string[] = [];
  const text = input['Policy'];
  if (text !== undefined) {
    try {
      JSON.parse(text);
    } catch {
      throw new AwsError('MalformedPolicyDocument', 'This policy contains invalid Json');
    }
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
  Math.ceil(policies.reduce((sum, text) => sum + text.length, 0) / 20.48);
