import type { AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts';
import { wallClock } from '../../../../core/clock.ts';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { unrestricted } from '../../../http/permission.ts';
import type { StsContext } from '../context.ts';
import { credentialsShape, packedPercent, sessionPolicies } from '../session-request.ts';
import { checkToken, conditionsOf, readToken } from '../web-identity-token.ts';
import { checkRoleArn } from './assume-role.ts';

const DEFAULT_SECONDS = 3600;
/** Issuers live in wall time, whatever time executions live in. */
const processClock = wallClock({ unref: true });

/**
 * A role for the holder of an OpenID Connect provider's token.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export const assumeRoleWithWebIdentity = defineOperation<StsContext, AssumeRoleWithWebIdentityCommandInput>({
  name: 'AssumeRoleWithWebIdentity',
  // "Calling AssumeRoleWithWebIdentity does not require the use of AWS security credentials": the token is checked.
  isUnsigned: true,
  permission: unrestricted('The trust policy of the role decides by the token: handle.'),
  handle({ env, roles, oidcKeys }, input, { caller: { sourceIp } }) {
    const { RoleArn: roleArn, RoleSessionName: sessionName } = input;
    checkRoleArn(roleArn);
    const token = readToken(input.WebIdentityToken);
    const { identity } = token;
    const provider = roles.oidcProviderOf(roleArn, identity.issuer);
    if (!provider) {
      throw new AwsError(
        'InvalidIdentityToken',
        `No OpenIDConnect provider found in your account for ${identity.issuer}`,
      );
    }
    const { clientIds } = provider;
    checkToken(token, { keys: oidcKeys(identity.issuer), clientIds, nowMs: processClock.nowMs() });
    const by = {
      provider: provider.arn,
      context: { ...conditionsOf(identity), 'aws:SourceIp': sourceIp, 'sts:RoleSessionName': sessionName },
    };
    if (!roles.hasRole(roleArn) || roles.refusesTrust(roleArn, by)) {
      throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
    }
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    if (seconds > roles.maxSessionSeconds(roleArn)) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const policies = sessionPolicies(roles, input);
    const percent = packedPercent(input);
    const credentials = roles.issueCredentials(roleArn, sessionName, seconds, { policies });
    const { arn, userId } = roles.identityOf(credentials.accessKeyId);
    env.log(`sts: ${identity.subject} of ${identity.issuer} takes ${roleArn}`);
    return {
      Credentials: credentialsShape(credentials),
      SubjectFromWebIdentityToken: identity.subject,
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
      Provider: provider.arn,
      Audience: identity.audiences[0],
      ...(policies.length > 0 ? { PackedPolicySize: percent } : {}),
    };
  },
});
