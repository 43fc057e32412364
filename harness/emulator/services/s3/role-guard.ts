/** S3's guard: policies of roles, and the missing object that not everybody may hear of. */
import { AwsError } from '../../../core/errors.ts';
import type { CallGuard } from '../../http/call-guard.ts';
import { accessDenied, type GuardDoors, roleGuard } from '../role-guard.ts';
import { listBucketCall, s3Calls } from './authorization.ts';

export function s3RoleGuard(doors: GuardDoors): CallGuard {
  const guard = roleGuard(doors, { callsOf: s3Calls, refused: accessDenied });
  return {
    ...guard,
    explain(error, request, parameters) {
      const isMissing =
        error instanceof AwsError &&
        error.code === 'NoSuchKey' &&
        (request.method === 'GET' || request.method === 'HEAD');
      if (!isMissing) return error;
      const { accessKeyId } = request.caller;
      const refusal = doors.permissions.refusal({ accessKeyId }, listBucketCall(parameters));
      return refusal === undefined ? error : accessDenied(refusal);
    },
  };
}
