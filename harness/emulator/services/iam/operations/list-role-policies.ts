import { defineIamOperation, page, required } from '../parameters.ts';

export const listRolePolicies = defineIamOperation({
  name: 'ListRolePolicies',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const { items, more } = page(input, Object.keys(role.inlinePolicies).sort());
    return { PolicyNames: { member: items }, ...more };
  },
});
