/** JSON values to compact text; the counterpart of json-parse.ts. */
import { type Json, JsonNumber, MARK, mayHoldMarks, memberName } from './json.ts';

/** Compact JSON. Numbers and members are written as they were read. */
export function printJson(value: Json): string {
  const text = JSON.stringify(value);
  // The search costs next to nothing: a Latin-1 text cannot hold the mark, and the engine knows it.
  return mayHoldMarks() && text.includes(MARK) ? printMarked(value) : text;
}

function printMarked(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(printMarked).join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if ((member as unknown) === undefined) continue;
    members.push(`${JSON.stringify(memberName(key))}:${printMarked(member)}`);
  }
  return `{${members.join(',')}}`;
}
