import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation, type QueryInput } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';
import { credentialsShape, sessionSeconds } from '../session-parameters.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
/** Roles taken by roles end after an hour. */
const MAX_CHAINED_SECONDS = 3600;
const MAX_SESSION_TAGS = 50;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'AssumeRole',
  handle({ roles }, input, request) {
    const roleArn = input['RoleArn'] ?? '';
    const sessionName = input['RoleSessionName'] ?? '';
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
      throw invalid(`${roleArn} is invalid`);
    }
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
      throw invalid(
        `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    }
    const seconds = sessionSeconds(input, { least: 900, most: 43_200, usual: 3600 });
    const tags = sessionTags(input);
    const policies = sessionPolicies(roles, input);
    const { accessKeyId } = request.caller;
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
    const credentials = roles.issueCredentials(roleArn, sessionName, seconds, { policies, tags });
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

function sessionTags(input: QueryInput): { [key: string]: string } {
  const tags: { [key: string]: string } = {};
  for (let i = 1; input[`Tags.member.${i}.Key`] !== undefined; i++) {
    tags[input[`Tags.member.${i}.Key`]!] = input[`Tags.member.${i}.Value`] ?? '';
  }
  if (Object.keys(tags).length > MAX_SESSION_TAGS) {
    throw invalid(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MAX_SESSION_TAGS}`,
    );
  }
  return tags;
}

/** `Policy` and the documents of `PolicyArns`. @throws AwsError MalformedPolicyDocument */
function sessionPolicies(roles: StsContext['roles'], input: QueryInput): string[] {
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
const packedPercent = (policies: readonly string[]) =>
  Math.ceil(policies.reduce((sum, text) => sum + text.length, 0) / 20.48);
