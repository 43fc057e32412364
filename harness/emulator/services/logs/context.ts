import type { ServiceEnvironment } from '../ports.ts';

/** What an operation of this service works on. */
export interface LogsContext {
  env: ServiceEnvironment;
}
