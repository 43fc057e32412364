import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';

export const getCallerIdentity = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'GetCallerIdentity',
  handle({ env, roles }, _input, request) {
    const { arn, userId } = roles.identityOf(request.caller.accessKeyId);
    return { Arn: arn, UserId: userId, Account: env.accountId };
  },
});
