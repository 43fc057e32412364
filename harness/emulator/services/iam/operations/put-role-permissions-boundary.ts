import { putBoundary } from '../principal-policies.ts';

export const putRolePermissionsBoundary = putBoundary('Role');
