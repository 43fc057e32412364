import type { Json } from '../../../core/json.ts';
import { arrayArgument, type Intrinsic, IntrinsicError, integerArgument } from './intrinsic.ts';

/** States.ArrayPartition(array, chunkSize): consecutive chunks, the last one may be shorter. */
export const arrayPartition: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply([list, chunkSize]) {
    const items = arrayArgument(list);
    const size = integerArgument(chunkSize);
    if (size < 1) throw new IntrinsicError();
    const chunks: Json[] = [];
    for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
    return chunks;
  },
};
