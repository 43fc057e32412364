import { seededRandom } from '../../../core/random.ts';
import { type Intrinsic, IntrinsicError, int32, integerArgument } from './intrinsic.ts';

/** States.MathRandom(start, end, seed?): an integer in [start, end), the same for the same seed. */
export const mathRandom: Intrinsic = {
  minArguments: 2,
  maxArguments: 3,
  apply([startValue, endValue, seedValue], { random }) {
    const start = int32(integerArgument(startValue));
    const end = int32(integerArgument(endValue));
    if (start >= end) throw new IntrinsicError();
    const source = seedValue === undefined ? random : seededRandom(integerArgument(seedValue));
    return start + Math.floor(source.next() * (end - start));
  },
};
