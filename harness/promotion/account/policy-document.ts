import type { JsonObject } from '../../core/json.ts';

/** IAM answers documents URL-encoded (RFC 3986); some emulators answer them plain. */
export function parseDocument(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  return JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text) as JsonObject;
}
