import type { Operation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<LogsContext>[] = [];
