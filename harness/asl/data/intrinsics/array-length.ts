import { arrayArgument, type Intrinsic } from './intrinsic.ts';

/** States.ArrayLength(array). */
export const arrayLength: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply: ([list]) => arrayArgument(list).length,
};
