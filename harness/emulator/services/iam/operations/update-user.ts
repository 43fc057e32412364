import { defineIamOperation, required } from '../parameters.ts';
import { renamed } from '../rename.ts';

/** Gives a user another name or path; its id, keys, groups and policies stay. */
export const updateUser = defineIamOperation({
  name: 'UpdateUser',
  handle({ env, store }, input) {
    const user = store.user(required(input, 'UserName'));
    renamed('user', user, input, { accountId: env.accountId, entities: store.users });
    store.save();
    return {};
  },
});
