import { type Intrinsic, IntrinsicError, integerArgument } from './intrinsic.ts';

const MAX_ITEMS = 1_000;

/** States.ArrayRange(first, last, step): last included, at most 1,000 items. */
export const arrayRange: Intrinsic = {
  minArguments: 3,
  maxArguments: 3,
  apply([firstValue, lastValue, stepValue]) {
    const first = integerArgument(firstValue);
    const last = integerArgument(lastValue);
    const step = integerArgument(stepValue);
    if (step === 0) throw new IntrinsicError();
    const length = Math.max(0, Math.floor((last - first) / step) + 1);
    if (length > MAX_ITEMS) throw new IntrinsicError();
    return Array.from({ length }, (_, i) => first + i * step);
  },
};
