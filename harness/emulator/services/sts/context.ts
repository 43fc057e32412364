import type { PermissionsPort, RolesPort, ServiceEnvironment, SessionsPort } from '../ports.ts';

/** What an operation of this service works on. */
export interface StsContext {
  env: ServiceEnvironment;
  roles: RolesPort & SessionsPort & PermissionsPort;
}

export const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
