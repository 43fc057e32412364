import { defineIamOperation, page, required } from '../parameters.ts';
import { tagMembers } from '../shapes.ts';

export const listPolicyTags = defineIamOperation({
  name: 'ListPolicyTags',
  handle({ store }, input) {
    const { items, more } = page(input, Object.entries(store.policy(required(input, 'PolicyArn')).tags));
    return { Tags: tagMembers(Object.fromEntries(items)), ...more };
  },
});
