import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';
import { credentialsShape, sessionSeconds } from '../session-parameters.ts';

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'GetSessionToken',
  handle({ roles }, input, request) {
    const { accessKeyId } = request.caller;
    if (roles.identityOf(accessKeyId).arn.includes(':assumed-role/')) {
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
    }
    const seconds = sessionSeconds(input, { least: 900, most: 129_600, usual: 43_200 });
    return { Credentials: credentialsShape(roles.issueOwnCredentials(accessKeyId, seconds)) };
  },
});
