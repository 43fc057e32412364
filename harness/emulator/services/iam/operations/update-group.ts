import { defineIamOperation, required } from '../parameters.ts';
import { renamed } from '../rename.ts';

/** Gives a group another name or path; its id, members and policies stay. */
export const updateGroup = defineIamOperation({
  name: 'UpdateGroup',
  handle({ env, store }, input) {
    const group = store.group(required(input, 'GroupName'));
    renamed('group', group, input, { accountId: env.accountId, entities: store.groups });
    store.save();
    return {};
  },
});
