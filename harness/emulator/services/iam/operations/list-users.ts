import { defineIamOperation, page } from '../parameters.ts';
import { userShape } from '../shapes.ts';

export const listUsers = defineIamOperation({
  name: 'ListUsers',
  handle({ store }, input) {
    const prefix = input['PathPrefix'] ?? '/';
    const users = [...store.users.values()]
      .filter((user) => user.path.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, more } = page(input, users);
    return { Users: { member: items.map((user) => userShape(user, 'listed')) }, ...more };
  },
});
