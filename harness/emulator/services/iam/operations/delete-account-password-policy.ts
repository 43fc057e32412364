import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation } from '../parameters.ts';

export const deleteAccountPasswordPolicy = defineIamOperation({
  name: 'DeleteAccountPasswordPolicy',
  handle({ store }) {
    if (!store.account.passwordPolicy) {
      throw new AwsError('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.', 404);
    }
    delete store.account.passwordPolicy;
    store.save();
    return {};
  },
});
