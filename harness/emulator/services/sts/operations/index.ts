import type { Operation } from '../../../http/operation.ts';
import type { StsContext } from '../context.ts';
import { assumeRole } from './assume-role.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getFederationToken } from './get-federation-token.ts';
import { getSessionToken } from './get-session-token.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<StsContext>[] = [
  assumeRole,
  getAccessKeyInfo,
  getCallerIdentity,
  getFederationToken,
  getSessionToken,
];
