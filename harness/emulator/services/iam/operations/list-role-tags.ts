import { defineIamOperation, page, required } from '../parameters.ts';
import { tagMembers } from '../shapes.ts';

export const listRoleTags = defineIamOperation({
  name: 'ListRoleTags',
  handle({ store }, input) {
    const { items, more } = page(input, Object.entries(store.role(required(input, 'RoleName')).tags));
    return { Tags: tagMembers(Object.fromEntries(items)), ...more };
  },
});
