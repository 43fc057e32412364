import { type Intrinsic, int32, numberArgument } from './intrinsic.ts';

/** States.MathAdd(a, b): each operand is first rounded half up (recorded on AWS: -1.5 + -1.51 = -3). */
export const mathAdd: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply: ([a, b]) => int32(int32(Math.round(numberArgument(a))) + int32(Math.round(numberArgument(b)))) || 0,
};
