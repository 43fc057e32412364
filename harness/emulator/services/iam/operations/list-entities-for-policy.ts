import { defineIamOperation, page, required } from '../parameters.ts';

export const listEntitiesForPolicy = defineIamOperation({
  name: 'ListEntitiesForPolicy',
  handle({ store }, input) {
    const { arn } = store.policy(required(input, 'PolicyArn'));
    const { roles, users } = store.attachments(arn);
    const found = [
      ...users.map((user) => ({ UserName: user.name, UserId: user.id })),
      ...roles.map((role) => ({ RoleName: role.name, RoleId: role.id })),
    ];
    const { items, more } = page(input, found);
    return {
      PolicyGroups: { member: [] },
      PolicyUsers: { member: items.filter((item) => 'UserName' in item) },
      PolicyRoles: { member: items.filter((item) => 'RoleName' in item) },
      ...more,
    };
  },
});
