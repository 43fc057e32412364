import { defineIamOperation, required, tagList } from '../parameters.ts';

export const tagRole = defineIamOperation({
  name: 'TagRole',
  handle({ store }, input) {
    Object.assign(store.role(required(input, 'RoleName')).tags, tagList(input));
    store.save();
    return {};
  },
});
