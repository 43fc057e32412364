import { defineIamOperation, required, tagList } from '../parameters.ts';

export const tagPolicy = defineIamOperation({
  name: 'TagPolicy',
  handle({ store }, input) {
    Object.assign(store.ownPolicy(required(input, 'PolicyArn')).tags, tagList(input));
    store.save();
    return {};
  },
});
