import { putBoundary } from '../principal-policies.ts';

export const putUserPermissionsBoundary = putBoundary('User');
