/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html */
import type { Json, JsonObject } from '../../../core/json.ts';
import { intrinsicOf } from '../evaluate.ts';
import { isGroup } from '../value.ts';

/** Groups are merged, lists are put one after the other, and of all else the resource's own value counts. */
export function mergeGlobals(globals: Json | undefined, own: JsonObject): JsonObject {
  return isGroup(globals) ? (merge(globals, own) as JsonObject) : own;
}

function merge(global: Json, own: Json): Json {
  if (Array.isArray(global) && Array.isArray(own)) return [...global, ...own];
  if (!isGroup(global) || !isGroup(own) || intrinsicOf(global) || intrinsicOf(own)) return own;
  const merged: JsonObject = { ...global };
  for (const [key, value] of Object.entries(own))
    merged[key] = merged[key] === undefined ? value : merge(merged[key], value);
  return merged;
}
