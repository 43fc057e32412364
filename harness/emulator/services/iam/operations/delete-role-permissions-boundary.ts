import { deleteBoundary } from '../principal-policies.ts';

export const deleteRolePermissionsBoundary = deleteBoundary('Role');
