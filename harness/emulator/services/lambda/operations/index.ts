import type { Operation } from '../../../http/operation.ts';
import type { LambdaContext } from '../context.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<LambdaContext>[] = [];
