import type { Intrinsic } from './intrinsic.ts';

/** States.Array(a, b, ...): its arguments as an array. */
export const array: Intrinsic = {
  minArguments: 0,
  maxArguments: Number.POSITIVE_INFINITY,
  apply: (values) => [...values],
};
