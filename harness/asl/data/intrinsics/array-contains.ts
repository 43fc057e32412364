import { isDeepStrictEqual } from 'node:util';
import { arrayArgument, type Intrinsic } from './intrinsic.ts';

/** States.ArrayContains(array, value). */
export const arrayContains: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply: ([list, sought]) => arrayArgument(list).some((item) => isDeepStrictEqual(item, sought)),
};
