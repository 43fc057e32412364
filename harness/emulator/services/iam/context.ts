import type { ServiceEnvironment } from '../ports.ts';
import type { IamStore } from './store/iam-store.ts';
import type { Sessions } from './store/sessions.ts';

/** What an operation of this service works on. */
export interface IamContext {
  env: ServiceEnvironment;
  store: IamStore;
  sessions: Pick<Sessions, 'identityOf' | 'lastUseOf'>;
  /** Tasks that deleted service-linked roles. */
  deletions: Set<string>;
}
