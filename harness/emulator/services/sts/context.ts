import type { RolesPort, ServiceEnvironment } from '../ports.ts';

/** What an operation of this service works on. */
export interface StsContext {
  env: ServiceEnvironment;
  roles: RolesPort;
}
