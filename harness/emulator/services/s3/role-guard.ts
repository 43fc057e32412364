/** S3's guard: policies of roles, and the missing object that not everybody may hear of. */
import { AwsError } from '../../../core/errors.ts';
import type { CallGuard } from '../../http/call-guard.ts';
import type { GuardedResource } from '../ports.ts';
import { accessDenied, type GuardDoors, roleGuard } from '../role-guard.ts';
import { listBucketCall, s3Calls } from './authorization.ts';
import type { GuardOf } from './bucket-guard.ts';
import { noSuchBucket } from './errors.ts';

export function s3RoleGuard(
  doors: GuardDoors,
  guardOf: GuardOf,
  hasBucket: (name: string) => boolean,
): CallGuard {
  const guard = roleGuard(doors, {
    callsOf: s3Calls,
    refused: accessDenied,
    guardOf: (call, isAccount) => (isAccount ? withoutLockout(call.action, guardOf(call)) : guardOf(call)),
  });
  return {
    ...guard,
    async admit(operation, request, parameters, members) {
      // That the bucket of an object does not exist is told before any policy is asked, to everybody who signs.
      const { Bucket, Key } = parameters;
      const isAsked = doors.permissions.isActive && request.caller.accessKeyId !== 'anonymous';
      if (Bucket !== undefined && Key !== undefined && isAsked && !hasBucket(Bucket))
        throw noSuchBucket(Bucket);
      return guard.admit(operation, request, parameters, members);
    },
    explain(error, request, parameters) {
      const isMissing =
        error instanceof AwsError &&
        error.code === 'NoSuchKey' &&
        (request.method === 'GET' || request.method === 'HEAD');
      if (!isMissing) return error;
      const { accessKeyId } = request.caller;
      const call = listBucketCall(parameters);
      const refusal = doors.permissions.refusal({ accessKeyId }, call, false, guardOf(call));
      return refusal === undefined ? error : accessDenied(refusal);
    },
  };
}

/**
 * The account always reaches the policy of its bucket, whatever the policy says: nobody could mend it otherwise.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const POLICY_ACTIONS = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

const withoutLockout = (action: string, guarded: GuardedResource | undefined): GuardedResource | undefined =>
  guarded && POLICY_ACTIONS.has(action) ? { ...guarded, policy: undefined } : guarded;
