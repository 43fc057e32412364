import type { JsonObject } from '../../core/json.ts';

/** Whether identity-based policies together allow a call. */
export type Allows = (documents: readonly JsonObject[], action: string, resource: string) => boolean;
