import { defineIamOperation, page, required } from '../parameters.ts';
import type { Attachments } from '../store/iam-store.ts';

const NOBODY: Attachments = { roles: [], users: [], groups: [] };

/** Whom a policy is attached to, and whom it bounds; filters narrow them down. */
export const listEntitiesForPolicy = defineIamOperation({
  name: 'ListEntitiesForPolicy',
  handle({ store }, input) {
    const { arn } = store.policy(required(input, 'PolicyArn'));
    const usage = input['PolicyUsageFilter'];
    const kind = input['EntityFilter'];
    const prefix = input['PathPrefix'] ?? '/';
    const permitted = usage === 'PermissionsBoundary' ? NOBODY : store.attachments(arn);
    const bounded = usage === 'PermissionsPolicy' ? NOBODY : store.attachments(arn, 'boundary');
    const of = <T extends { path: string }>(wanted: string, one: readonly T[], other: readonly T[]) =>
      kind === undefined || kind === wanted
        ? [...new Set([...one, ...other])].filter(({ path }) => path.startsWith(prefix))
        : [];
    const found = [
      ...of('Group', permitted.groups, []).map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      ...of('User', permitted.users, bounded.users).map(({ name, id }) => ({ UserName: name, UserId: id })),
      ...of('Role', permitted.roles, bounded.roles).map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ];
    const { items, more } = page(input, found);
    const member = (name: string) => ({ member: items.filter((item) => name in item) });
    return {
      PolicyGroups: member('GroupName'),
      PolicyUsers: member('UserName'),
      PolicyRoles: member('RoleName'),
      ...more,
    };
  },
});
