import { defineIamOperation, page, required } from '../parameters.ts';

export const listEntitiesForPolicy = defineIamOperation({
  name: 'ListEntitiesForPolicy',
  handle({ store }, input) {
    const { arn } = store.policy(required(input, 'PolicyArn'));
    const { items, more } = page(input, store.attachments(arn));
    const member = items.map((name) => ({ RoleName: name, RoleId: store.role(name).id }));
    return { PolicyGroups: { member: [] }, PolicyUsers: { member: [] }, PolicyRoles: { member }, ...more };
  },
});
