import { javaHashOrder } from '../../../core/java-hash-order.ts';
import { isJsonObject, type Json, type JsonObject, memberKey, memberName } from '../../../core/json.ts';
import { type Intrinsic, IntrinsicError } from './intrinsic.ts';

/**
 * States.JsonMerge(first, second, false): shallow, the second object's members win; deep merging is not offered. The
 * members come in the order of a Java HashMap (recorded cases test_json_merge, test_json_merge_escaped_argument).
 */
export const jsonMerge: Intrinsic = {
  minArguments: 3,
  maxArguments: 3,
  apply([first, second, deep]) {
    if (deep !== false) throw new IntrinsicError();
    const merged: JsonObject = { ...objectArgument(first), ...objectArgument(second) };
    const names = javaHashOrder(Object.keys(merged).map(memberName));
    return Object.fromEntries(names.map((name) => [memberKey(name), merged[memberKey(name)] as Json]));
  },
};

function objectArgument(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new IntrinsicError();
  return value;
}
