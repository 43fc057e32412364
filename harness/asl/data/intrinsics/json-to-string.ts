import { printJson } from '../../../core/json-print.ts';
import { type Intrinsic, IntrinsicError } from './intrinsic.ts';

/** States.JsonToString(value): its compact JSON. */
export const jsonToString: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply([value]) {
    if (value === undefined) throw new IntrinsicError();
    return printJson(value);
  },
};
