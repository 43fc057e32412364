/**
 * What policies would decide of calls, without making them.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
import type {
  ContextEntry,
  EvaluationResult,
  SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { noSuchEntityArn, validationError } from '../errors.ts';
import { checkIdentityPolicy } from '../policy/check-document.ts';
import type { RequestContext } from '../policy/conditions.ts';
import { type Decision, evaluate } from '../policy/evaluate.ts';
import { parsePolicy } from '../policy/policy-document.ts';
import { iamOperation, onArn, onEverything, pageFor } from './operation.ts';

/** Identity policies are added up; a boundary has to allow as well. */
interface SimulatedPolicies {
  identity: readonly string[];
  boundary: string | undefined;
}

interface Simulation {
  ActionNames: string[];
  ResourceArns?: string[] | undefined;
  ContextEntries?: ContextEntry[] | undefined;
  Marker?: string | undefined;
  MaxItems?: number | undefined;
}

/** The members of an answer. @throws AwsError ValidationError */
function simulate(input: Simulation, policies: SimulatedPolicies): object {
  const { ActionNames: actions, ResourceArns: resources = [], ContextEntries = [] } = input;
  const invalid = actions.find((action) => !/^[\w-]+:[\w*]+$/.test(action));
  if (actions.length === 0 || invalid !== undefined) {
    throw validationError(`Invalid Action: ${invalid ?? ''}`);
  }
  const context = contextOf(ContextEntries);
  const pairs = actions.flatMap((action) =>
    (resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource })),
  );
  const numbered = pairs.map((pair, index) => ({ ...pair, index }));
  const { items, more } = pageFor(
    input,
    ['simulation', actions, resources],
    numbered,
    ({ index }) => String(index),
    ({ index }, key) => index > Number(key),
  );
  const results = items.map(
    ({ action, resource }): EvaluationResult => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decide(policies, { action, resource, context }),
      MatchedStatements: [],
      MissingContextValues: [],
    }),
  );
  return { EvaluationResults: results, ...more };
}

/** `ContextEntries`: keys with one value or several. */
const contextOf = (entries: readonly ContextEntry[]): RequestContext =>
  Object.fromEntries(
    entries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName,
      ContextKeyValues.length === 1 ? ContextKeyValues[0]! : ContextKeyValues,
    ]),
  );

function decide(
  { identity, boundary }: SimulatedPolicies,
  request: { action: string; resource: string; context: RequestContext },
): Decision {
  const byIdentity = evaluate(identity.flatMap(parsePolicy), request);
  if (boundary === undefined || byIdentity === 'explicitDeny') return byIdentity;
  const byBoundary = evaluate(parsePolicy(boundary), request);
  return byBoundary === 'allowed' ? byIdentity : byBoundary;
}

/** @throws AwsError MalformedPolicyDocument */
function checked(documents: readonly string[] = []): readonly string[] {
  for (const document of documents) checkIdentityPolicy(document);
  return documents;
}

const simulateCustomPolicy = iamOperation<SimulateCustomPolicyCommandInput>({
  name: 'SimulateCustomPolicy',
  on: onEverything,
  handle(_context, input) {
    const [boundary] = checked(input.PermissionsBoundaryPolicyInputList);
    return simulate(input, { identity: checked(input.PolicyInputList), boundary });
  },
});

const simulatePrincipalPolicy = iamOperation<SimulatePrincipalPolicyCommandInput>({
  name: 'SimulatePrincipalPolicy',
  on: ({ PolicySourceArn }) => onArn(PolicySourceArn),
  handle({ store }, input) {
    const { PolicySourceArn: arn } = input;
    const principal =
      store.roleByArn(arn) ??
      [...store.users.values(), ...store.groups.values()].find((one) => one.arn === arn);
    if (!principal) throw noSuchEntityArn(arn);
    const holders = [principal, ...store.groupsOf(principal)];
    const inline = holders.flatMap(({ inlinePolicies }) => Object.values(inlinePolicies));
    const attached = holders.flatMap(({ attachedPolicyArns }) =>
      attachedPolicyArns.flatMap((policyArn) => store.documentOf(policyArn) ?? []),
    );
    const { permissionsBoundary } = principal;
    return simulate(input, {
      identity: [...inline, ...attached, ...checked(input.PolicyInputList)],
      boundary:
        permissionsBoundary === undefined ? undefined : (store.documentOf(permissionsBoundary) ?? '{}'),
    });
  },
});

export const simulationOperations: readonly Operation<IamContext>[] = [
  simulateCustomPolicy,
  simulatePrincipalPolicy,
];
