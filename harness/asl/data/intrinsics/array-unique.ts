import type { Json } from '../../../core/json.ts';
import { arrayArgument, type Intrinsic } from './intrinsic.ts';

/** States.ArrayUnique(array): the first of equal values stays, in order. */
export const arrayUnique: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply([list]) {
    const byText = new Map<string, Json>();
    for (const item of arrayArgument(list)) {
      const key = JSON.stringify(item, sortMembers);
      if (!byText.has(key)) byText.set(key, item);
    }
    return [...byText.values()];
  },
};

/** Objects are equal whatever the order of their members. */
function sortMembers(_key: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
