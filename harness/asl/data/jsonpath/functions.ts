/** Jayway's functions at the end of a path, e.g. `$.items.length()`. */
import { isJsonObject, type Json, memberName, numberOf } from '../../../core/json.ts';
import type { FunctionName } from './syntax.ts';

/** The function's value, `undefined` where it does not apply. */
export function applyFunction(name: FunctionName, value: Json | undefined): Json | undefined {
  if (name === 'length') {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    return isJsonObject(value) ? Object.keys(value).length : undefined;
  }
  if (name === 'keys') return isJsonObject(value) ? Object.keys(value).map(memberName) : undefined;
  if (!Array.isArray(value)) return undefined;
  const numbers = value.flatMap((item) => numberOf(item) ?? []);
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (name) {
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b));
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b));
    case 'sum':
      return sum;
    case 'avg':
      return sum / numbers.length;
    case 'stddev': {
      const mean = sum / numbers.length;
      return Math.sqrt(numbers.reduce((total, n) => total + (n - mean) ** 2, 0) / numbers.length);
    }
  }
}
