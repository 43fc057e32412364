import { defineIamOperation, page, required } from '../parameters.ts';
import { groupShape } from '../shapes.ts';

export const listGroupsForUser = defineIamOperation({
  name: 'ListGroupsForUser',
  handle({ store }, input) {
    const { items, more } = page(input, store.groupsOf(store.user(required(input, 'UserName'))));
    return { Groups: { member: items.map(groupShape) }, ...more };
  },
});
