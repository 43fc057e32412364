import { defineIamOperation, required } from '../parameters.ts';

/** A user who is no member is none afterwards either. */
export const removeUserFromGroup = defineIamOperation({
  name: 'RemoveUserFromGroup',
  handle({ store }, input) {
    const { id } = store.user(required(input, 'UserName'));
    const group = store.group(required(input, 'GroupName'));
    group.memberIds = group.memberIds.filter((member) => member !== id);
    store.save();
    return {};
  },
});
