import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation } from '../parameters.ts';

export const getAccountPasswordPolicy = defineIamOperation({
  name: 'GetAccountPasswordPolicy',
  handle({ env, store }) {
    const { passwordPolicy } = store.account;
    if (passwordPolicy) return { PasswordPolicy: passwordPolicy };
    throw new AwsError(
      'NoSuchEntity',
      `The Password Policy with domain name ${env.accountId} cannot be found.`,
      404,
    );
  },
});
