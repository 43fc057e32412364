import type { Operation } from '../../../http/operation.ts';
import type { StsContext } from '../context.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import {
  getAccessKeyInfo,
  getCallerIdentity,
  getFederationToken,
  getSessionToken,
} from './own-credentials.ts';

/** Every operation that this service serves. */
export const operations: readonly Operation<StsContext>[] = [
  assumeRole,
  assumeRoleWithWebIdentity,
  getAccessKeyInfo,
  getCallerIdentity,
  getFederationToken,
  getSessionToken,
];
