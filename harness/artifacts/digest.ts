import { createHash } from 'node:crypto';
import type { Json } from '../core/json.ts';

/** Base64 SHA-256: of a zip this is Lambda's CodeSha256 (https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html). */
export function sha256Base64(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** JSON text with sorted keys and no white space: equal documents have equal texts. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}
