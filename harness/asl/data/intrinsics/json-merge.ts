import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { type Intrinsic, IntrinsicError } from './intrinsic.ts';

/** States.JsonMerge(first, second, false): shallow, the second object's members win; deep merging is not offered. */
export const jsonMerge: Intrinsic = {
  minArguments: 3,
  maxArguments: 3,
  apply([first, second, deep]) {
    if (deep !== false) throw new IntrinsicError();
    return { ...objectArgument(first), ...objectArgument(second) };
  },
};

function objectArgument(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new IntrinsicError();
  return value;
}
