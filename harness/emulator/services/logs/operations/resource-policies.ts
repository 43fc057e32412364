/**
 * Resource policies: ten of the account, by name, and one of each log group, guarded by revisions.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
import type {
  DeleteResourcePolicyCommandInput,
  DescribeResourcePoliciesCommandInput,
  PutResourcePolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { groupCall, ownGroupName } from '../names.ts';
import { pageByKey } from '../pages.ts';
import { policyText } from '../policy-text.ts';
import type { ResourcePolicy } from '../store/account-store.ts';
import type { GroupPolicy, LogGroup } from '../store/log-group.ts';

const MAX_POLICIES = 10;

const accountPolicyShape = (policy: ResourcePolicy) => ({ ...policy, policyScope: 'ACCOUNT' });

/** A group's policy; its revision stands beside it where it was just put, within it in lists. */
function groupPolicyShape({ revision, ...policy }: GroupPolicy, as: 'put' | 'listed'): object {
  return {
    ...policy,
    policyScope: 'RESOURCE',
    ...(as === 'listed' ? { revisionId: String(revision) } : {}),
  };
}

const policiedGroup = ({ env, store }: LogsContext, resourceArn: string): LogGroup =>
  store.group(ownGroupName(resourceArn, env));

const invalidRevision = () => invalidParameter('Invalid ExpectedRevisionId');

const noSuchPolicy = (message: string) => new AwsError('ResourceNotFoundException', message);

/** @throws AwsError InvalidParameterException */
function checkNamesPolicy(
  operation: string,
  { policyName, resourceArn }: { policyName?: string | undefined; resourceArn?: string | undefined },
): void {
  if (policyName === undefined && resourceArn === undefined) {
    throw invalidParameter(`${operation} request must contain policy name or resource arn.`);
  }
}

export const putResourcePolicy = defineOperation<LogsContext, PutResourcePolicyCommandInput>({
  name: 'PutResourcePolicy',
  permission: ({ resourceArn }, { env }) => [groupCall('PutResourcePolicy', env, resourceArn)],
  input: { policyName: { min: 1 }, '': { required: ['policyDocument'] } },
  handle(context, input) {
    checkNamesPolicy('PutResourcePolicy', input);
    const { env, store, account } = context;
    const { policyName, resourceArn, expectedRevisionId: expected, policyDocument = '' } = input;
    const policy = {
      ...(policyName === undefined ? {} : { policyName }),
      policyDocument: policyText(policyDocument, 'policyDocument'),
      lastUpdatedTime: env.clock.nowMs(),
    };
    if (resourceArn === undefined) {
      // Only policies of groups have revisions.
      if (expected !== undefined) throw invalidRevision();
      const isNew = !account.resourcePolicies.has(policyName!);
      if (isNew && account.resourcePolicies.size >= MAX_POLICIES) throw limitExceeded();
      account.resourcePolicies.set(policyName!, policy);
      account.save();
      return { resourcePolicy: accountPolicyShape(policy) };
    }
    const group = policiedGroup(context, resourceArn);
    const before = group.settings.resourcePolicy;
    if ((before === undefined) !== (expected === undefined)) {
      throw new AwsError(
        'OperationAbortedException',
        'A conflicting operation is currently in progress against this resource. Please try again.',
      );
    }
    if (before !== undefined && expected !== String(before.revision)) throw invalidRevision();
    const put = { ...policy, resourceArn, revision: (before?.revision ?? 0) + 1 };
    group.settings.resourcePolicy = put;
    store.save(group);
    return { resourcePolicy: groupPolicyShape(put, 'put'), revisionId: String(put.revision) };
  },
});

export const deleteResourcePolicy = defineOperation<LogsContext, DeleteResourcePolicyCommandInput>({
  name: 'DeleteResourcePolicy',
  permission: ({ resourceArn }, { env }) => [groupCall('DeleteResourcePolicy', env, resourceArn)],
  handle(context, input) {
    checkNamesPolicy('DeleteResourcePolicy', input);
    const { store, account } = context;
    const { policyName = '', resourceArn, expectedRevisionId } = input;
    if (resourceArn === undefined) {
      if (!account.resourcePolicies.delete(policyName)) {
        throw noSuchPolicy(`Policy with name [${policyName}] does not exist.`);
      }
      account.save();
      return {};
    }
    const group = policiedGroup(context, resourceArn);
    const policy = group.settings.resourcePolicy;
    if (!policy) throw noSuchPolicy('No policy found for ResourceArn');
    if (expectedRevisionId !== String(policy.revision)) throw invalidRevision();
    delete group.settings.resourcePolicy;
    store.save(group);
    return {};
  },
});

/** Policies of the account, or of groups where the scope or a group's ARN asks for them. */
export const describeResourcePolicies = defineOperation<LogsContext, DescribeResourcePoliciesCommandInput>({
  name: 'DescribeResourcePolicies',
  permission: ({ resourceArn }, { env }) => [groupCall('DescribeResourcePolicies', env, resourceArn)],
  handle(context, input) {
    const { resourceArn, policyScope = resourceArn === undefined ? 'ACCOUNT' : 'RESOURCE' } = input;
    const groups =
      resourceArn === undefined ? [...context.store.groups.values()] : [policiedGroup(context, resourceArn)];
    const found: [string, object][] =
      policyScope === 'ACCOUNT'
        ? [...context.account.resourcePolicies].map(([name, policy]) => [name, accountPolicyShape(policy)])
        : groups.flatMap(({ settings: { logGroupName, resourcePolicy } }): [string, object][] =>
            resourcePolicy ? [[logGroupName, groupPolicyShape(resourcePolicy, 'listed')]] : [],
          );
    const page = pageByKey(found, input, `DescribeResourcePolicies ${policyScope} ${resourceArn}`);
    return { resourcePolicies: page.values, nextToken: page.nextToken };
  },
});
