import type { Operation } from '../../../http/operation.ts';
import type { StsContext } from '../context.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<StsContext>[] = [];
