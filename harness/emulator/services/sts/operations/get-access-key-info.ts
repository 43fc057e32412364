import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';

/** Every access key belongs to the one account there is. */
export const getAccessKeyInfo = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'GetAccessKeyInfo',
  handle: ({ env }) => ({ Account: env.accountId }),
});
