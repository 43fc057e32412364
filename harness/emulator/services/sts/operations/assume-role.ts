import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MIN_SECONDS = 900;
const MAX_SECONDS = 43_200;

const invalid = (message: string) => new AwsError('ValidationError', message);

export const assumeRole = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'AssumeRole',
  handle({ roles }, input, request) {
    const roleArn = input['RoleArn'] ?? '';
    const sessionName = input['RoleSessionName'] ?? '';
    const durationSeconds = Number(input['DurationSeconds'] ?? 3600);
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
      throw invalid(`${roleArn} is invalid`);
    }
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
      throw invalid(
        `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    }
    if (
      !Number.isInteger(durationSeconds) ||
      durationSeconds < MIN_SECONDS ||
      durationSeconds > MAX_SECONDS
    ) {
      throw invalid(
        `1 validation error detected: Value '${input['DurationSeconds']}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${MIN_SECONDS} and ${MAX_SECONDS}`,
      );
    }
    const { accessKeyId } = request.caller;
    if (!roles.hasRole(roleArn) || roles.refusesTrust(roleArn, { accessKeyId })) {
      const caller = roles.identityOf(accessKeyId).arn;
      throw new AwsError(
        'AccessDenied',
        `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    }
    const credentials = roles.issueCredentials(roleArn, sessionName, durationSeconds);
    const { arn, userId } = roles.identityOf(credentials.accessKeyId);
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(credentials.expirationMs).toISOString(),
      },
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    };
  },
});
