import { AwsError } from '../../../../core/errors.ts';
import { defineQueryOperation } from '../../../http/protocols/aws-query.ts';
import { STS_NAMESPACE, type StsContext } from '../context.ts';
import { accountOfKey } from '../key-account.ts';
import { memberText } from '../member-text.ts';

/** The account of a key made here is the one there is; any other key tells its own. */
export const getAccessKeyInfo = defineQueryOperation<StsContext>(STS_NAMESPACE, {
  name: 'GetAccessKeyInfo',
  handle({ env, roles }, input) {
    const id = memberText(input, 'AccessKeyId', { pattern: '[\\w]*', min: 16, max: 128 });
    const isOwn = roles.secretOf(id) !== undefined;
    const account = isOwn ? env.accountId : accountOfKey(id);
    if (account === undefined) throw new AwsError('ValidationError', 'Access key ID is not valid.');
    return { Account: account };
  },
});
