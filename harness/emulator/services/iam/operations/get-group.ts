import { defineIamOperation, page, required } from '../parameters.ts';
import { groupShape, userShape } from '../shapes.ts';
import { byName } from '../store/iam-store.ts';

export const getGroup = defineIamOperation({
  name: 'GetGroup',
  handle({ store }, input) {
    const group = store.group(required(input, 'GroupName'));
    const members = [...store.users.values()].filter(({ id }) => group.memberIds.includes(id)).sort(byName);
    const { items, more } = page(input, members);
    return {
      Group: groupShape(group),
      Users: { member: items.map((user) => userShape(user, 'listed')) },
      ...more,
    };
  },
});
