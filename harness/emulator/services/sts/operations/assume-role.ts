import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { unrestricted } from '../../../http/permission.ts';
import type { StsContext } from '../context.ts';
import {
  credentialsShape,
  packedPercent,
  sessionPolicies,
  sessionTags,
  transitiveKeys,
} from '../session-request.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);
/** Roles taken by roles end after an hour. */
const MAX_CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = 3600;
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/(?:[!-~]*\/)?[\w+=,.@-]+$/;

/** @throws AwsError ValidationError */
export function checkRoleArn(roleArn: string): void {
  if (!ROLE_ARN.test(roleArn)) throw invalid(`${roleArn} is invalid`);
}

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = defineOperation<StsContext, AssumeRoleCommandInput>({
  name: 'AssumeRole',
  permission: unrestricted(
    'The trust policy of the role decides together with the policies of the caller: handle.',
  ),
  handle({ roles }, input, { caller: { accessKeyId, sourceIp } }) {
    const { RoleArn: roleArn = '', RoleSessionName: sessionName = '' } = input;
    checkRoleArn(roleArn);
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    const inherited = roles.inheritedTags(accessKeyId);
    const own = sessionTags(input.Tags, inherited);
    const tags = { ...inherited, ...own };
    const transitiveTagKeys = [...Object.keys(inherited), ...transitiveKeys(input.TransitiveTagKeys, own)];
    const policies = sessionPolicies(roles, input);
    const percent = packedPercent(input);
    const caller = roles.identityOf(accessKeyId);
    const context = {
      'aws:SourceIp': sourceIp,
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': sessionName,
      'aws:TagKeys': Object.keys(tags),
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    };
    const by = { accessKeyId, context };
    if (!roles.hasRole(roleArn) || roles.refusesTrust(roleArn, by)) {
      throw accessDenied(
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    const call = { action: 'sts:AssumeRole', resource: roleArn, context };
    const refusal = roles.refusal({ accessKeyId }, call, roles.trustsDirectly(roleArn, by));
    if (refusal !== undefined) throw accessDenied(refusal);
    checkDuration(seconds, roles.maxSessionSeconds(roleArn), caller.arn);
    const credentials = roles.issueCredentials(roleArn, sessionName, seconds, {
      policies,
      tags,
      transitiveTagKeys,
    });
    const { arn, userId } = roles.identityOf(credentials.accessKeyId);
    return {
      Credentials: credentialsShape(credentials),
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
      ...(policies.length > 0 ? { PackedPolicySize: percent } : {}),
    };
  },
});

/** @throws AwsError ValidationError */
function checkDuration(seconds: number, maxSeconds: number, callerArn: string): void {
  if (callerArn.includes(':assumed-role/') && seconds > MAX_CHAINED_SECONDS) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > maxSeconds) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}
