/**
 * What policies would decide of calls, without making them.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import { validationError } from './errors.ts';
import { checkIdentityPolicy } from './policy/check-document.ts';
import type { RequestContext } from './policy/conditions.ts';
import { type Decision, evaluate } from './policy/evaluate.ts';
import { parsePolicy } from './policy/policy-document.ts';

/** `Name.member.N`, in order. */
export function memberList(input: QueryInput, name: string): string[] {
  const values: string[] = [];
  for (let i = 1; input[`${name}.member.${i}`] !== undefined; i++) values.push(input[`${name}.member.${i}`]!);
  return values;
}

/** `ContextEntries`: keys with one value or several. */
function contextOf(input: QueryInput): RequestContext {
  const context: { [key: string]: string | string[] } = {};
  for (let i = 1; input[`ContextEntries.member.${i}.ContextKeyName`] !== undefined; i++) {
    const values = memberList(input, `ContextEntries.member.${i}.ContextKeyValues`);
    context[input[`ContextEntries.member.${i}.ContextKeyName`]!] = values.length === 1 ? values[0]! : values;
  }
  return context;
}

/** Policies by where they come from: identity policies are added up, a boundary has to allow as well. */
export interface SimulatedPolicies {
  identity: readonly string[];
  boundary: string | undefined;
}

/** The members of an answer. @throws AwsError ValidationError, MalformedPolicyDocument */
export function simulate(input: QueryInput, policies: SimulatedPolicies): object {
  const actions = memberList(input, 'ActionNames');
  const invalid = actions.find((action) => !/^[\w-]+:[\w*]+$/.test(action));
  if (actions.length === 0 || invalid !== undefined) {
    throw validationError(`Invalid Action: ${invalid ?? ''}`);
  }
  const resources = memberList(input, 'ResourceArns');
  const context = contextOf(input);
  const member = actions.flatMap((action) =>
    (resources.length === 0 ? ['*'] : resources).map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decide(policies, { action, resource, context }),
      MatchedStatements: { member: [] },
      MissingContextValues: { member: [] },
    })),
  );
  return { EvaluationResults: { member }, IsTruncated: false };
}

function decide(
  { identity, boundary }: SimulatedPolicies,
  request: { action: string; resource: string; context: RequestContext },
): Decision {
  const byIdentity = evaluate(identity.flatMap(parsePolicy), request);
  if (boundary === undefined || byIdentity === 'explicitDeny') return byIdentity;
  const byBoundary = evaluate(parsePolicy(boundary), request);
  return byBoundary === 'allowed' ? byIdentity : byBoundary;
}

/** `PolicyInputList`, each a policy. @throws AwsError MalformedPolicyDocument */
export function policyInputs(input: QueryInput): string[] {
  const documents = memberList(input, 'PolicyInputList');
  for (const document of documents) checkIdentityPolicy(document);
  return documents;
}
