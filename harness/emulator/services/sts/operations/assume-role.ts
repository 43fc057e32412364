import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';
import { memberText } from '../member-text.ts';
import { credentialsShape, sessionSeconds } from '../session-parameters.ts';
import { packedPercent, sessionPolicies } from '../session-policies.ts';
import { sessionTags, transitiveKeys } from '../session-tags.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
/** Roles taken by roles end after an hour. */
const MAX_CHAINED_SECONDS = 3600;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'AssumeRole',
  handle({ roles }, input, request) {
    const roleArn = input['RoleArn'] ?? '';
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/(?:[!-~]*\/)?[\w+=,.@-]+$/.test(roleArn)) {
      throw invalid(`${roleArn} is invalid`);
    }
    const sessionName = memberText(input, 'RoleSessionName', { pattern: '[\\w+=,.@-]*', min: 2, max: 64 });
    const seconds = sessionSeconds(input, { least: 900, most: 43_200, usual: 3600 });
    const { accessKeyId } = request.caller;
    const inherited = roles.inheritedTags(accessKeyId);
    const own = sessionTags(input, inherited);
    const tags = { ...inherited, ...own };
    const transitiveTagKeys = [...Object.keys(inherited), ...transitiveKeys(input, own)];
    const policies = sessionPolicies(roles, input);
    const caller = roles.identityOf(accessKeyId);
    const context = {
      'sts:ExternalId': input['ExternalId'],
      'sts:RoleSessionName': sessionName,
      'aws:TagKeys': Object.keys(tags),
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    };
    const denied = () =>
      new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    const by = { accessKeyId, context };
    if (!roles.hasRole(roleArn) || roles.refusesTrust(roleArn, by)) throw denied();
    const call = { action: 'sts:AssumeRole', resource: roleArn, context };
    const refusal = roles.refusal({ accessKeyId }, call, roles.trustsDirectly(roleArn, by));
    if (refusal !== undefined) throw new AwsError('AccessDenied', refusal, 403);
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
      ...(policies.length > 0 ? { PackedPolicySize: packedPercent(policies) } : {}),
    };
  },
});

/** @throws AwsError ValidationError */
function checkDuration(seconds: number, longest: number, callerArn: string): void {
  if (callerArn.includes(':assumed-role/') && seconds > MAX_CHAINED_SECONDS) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > longest) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}
