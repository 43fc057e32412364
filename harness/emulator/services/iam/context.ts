import type { ServiceEnvironment } from '../ports.ts';

/** What an operation of this service works on. */
export interface IamContext {
  env: ServiceEnvironment;
}
