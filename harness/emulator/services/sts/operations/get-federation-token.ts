import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';
import { memberText } from '../member-text.ts';
import { credentialsShape, sessionSeconds } from '../session-parameters.ts';
import { packedPercent, sessionPolicies } from '../session-policies.ts';

const ALLOWS_NOTHING = '{"Version":"2012-10-17","Statement":[]}';

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const getFederationToken = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'GetFederationToken',
  handle({ env, roles }, input, request) {
    const { accessKeyId } = request.caller;
    if (roles.identityOf(accessKeyId).arn.includes(':assumed-role/')) {
      throw new AwsError('AccessDenied', 'Cannot call GetFederationToken with session credentials', 403);
    }
    const name = memberText(input, 'Name', { pattern: '[\\w+=,.@-]*', min: 2, max: 32 });
    const seconds = sessionSeconds(input, { least: 900, most: 129_600, usual: 43_200 });
    const policies = sessionPolicies(roles, input);
    const arn = `arn:aws:sts::${env.accountId}:federated-user/${name}`;
    const userId = `${env.accountId}:${name}`;
    const credentials = roles.issueOwnCredentials(accessKeyId, seconds, {
      // Without a policy a federated user may do nothing.
      policies: policies.length > 0 ? policies : [ALLOWS_NOTHING],
      identity: { arn, userId },
    });
    return {
      Credentials: credentialsShape(credentials),
      FederatedUser: { Arn: arn, FederatedUserId: userId },
      PackedPolicySize: packedPercent(policies),
    };
  },
});
