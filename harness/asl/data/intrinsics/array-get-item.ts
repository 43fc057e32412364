import { arrayArgument, type Intrinsic, IntrinsicError, integerArgument } from './intrinsic.ts';

/** States.ArrayGetItem(array, index), the index from 0. */
export const arrayGetItem: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply([list, index]) {
    const items = arrayArgument(list);
    const item = items[integerArgument(index)];
    if (item === undefined) throw new IntrinsicError();
    return item;
  },
};
