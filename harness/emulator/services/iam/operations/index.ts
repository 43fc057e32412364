import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<IamContext>[] = [];
