import { isJsonObject, type Json } from '../../../core/json.ts';
import { printJson } from '../../../core/json-print.ts';
import { arrayArgument, type Intrinsic } from './intrinsic.ts';

/** States.ArrayUnique(array): the first of equal values stays, in order. */
export const arrayUnique: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply([list]) {
    const byText = new Map<string, Json>();
    for (const item of arrayArgument(list)) {
      const key = printJson(sorted(item));
      if (!byText.has(key)) byText.set(key, item);
    }
    return [...byText.values()];
  },
};

/** Objects are equal whatever the order of their members. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
