import { deleteBoundary } from '../principal-policies.ts';

export const deleteUserPermissionsBoundary = deleteBoundary('User');
