import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteAccountAlias = defineIamOperation({
  name: 'DeleteAccountAlias',
  handle({ store }, input) {
    const alias = required(input, 'AccountAlias');
    if (store.account.alias !== alias) {
      throw new AwsError('NoSuchEntity', `The Account Alias with name ${alias} cannot be found.`, 404);
    }
    delete store.account.alias;
    store.save();
    return {};
  },
});
