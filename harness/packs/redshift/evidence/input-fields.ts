import type { JsonObject } from '../../../core/json.ts';

/** A text field of the input, or its default when the scenario took it out or made it something else. */
export function textField(input: JsonObject, field: string, fallback: string): string {
  const value = input[field];
  return typeof value === 'string' && value !== '' ? value : fallback;
}
