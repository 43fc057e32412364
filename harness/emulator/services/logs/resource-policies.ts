/**
 * Resource policies: ten of the account, by name, and one of each log group, guarded by revisions.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { ownGroupName } from './parameters.ts';
import type { ResourcePolicy } from './store/account-store.ts';
import type { GroupPolicy, LogGroup } from './store/log-group.ts';

export const accountPolicyShape = (policy: ResourcePolicy) => ({ ...policy, policyScope: 'ACCOUNT' });

/** A group's policy; its revision stands beside it where it was just put, within it in lists. */
export function groupPolicyShape({ revision, ...policy }: GroupPolicy, as: 'put' | 'listed'): object {
  return {
    ...policy,
    policyScope: 'RESOURCE',
    ...(as === 'listed' ? { revisionId: String(revision) } : {}),
  };
}

export const policiedGroup = ({ env, store }: LogsContext, resourceArn: string): LogGroup =>
  store.group(ownGroupName(resourceArn, env));

export const invalidRevision = () => invalidParameter('Invalid ExpectedRevisionId');

export const conflictingRevision = () =>
  new AwsError(
    'OperationAbortedException',
    'A conflicting operation is currently in progress against this resource. Please try again.',
  );

/** @throws AwsError InvalidParameterException */
export function checkNamesPolicy(input: JsonObject, operation: string): void {
  if (input['policyName'] === undefined && input['resourceArn'] === undefined) {
    throw invalidParameter(`${operation} request must contain policy name or resource arn.`);
  }
}
