import { defineIamOperation, page } from '../parameters.ts';
import { roleShape } from '../shapes.ts';

export const listRoles = defineIamOperation({
  name: 'ListRoles',
  handle({ store }, input) {
    const prefix = input['PathPrefix'] ?? '/';
    const roles = [...store.roles.values()]
      .filter((role) => role.path.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, more } = page(input, roles);
    return { Roles: { member: items.map((role) => roleShape(role, 'listed')) }, ...more };
  },
});
