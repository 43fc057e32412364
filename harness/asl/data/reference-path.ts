/**
 * ResultPath: putting a value into a copy of the input. The spine of the path is copied, all else shared.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html
 */

import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import type { Segment } from './jsonpath/syntax.ts';
import { isReferencePath, type JsonPath } from './jsonpath.ts';
import { AslFailure } from './scope.ts';

/** True when ResultPath may name this path: a reference path into the input. */
export function isAssignable(path: JsonPath): boolean {
  return path.root.kind === 'input' && isReferencePath(path);
}

/**
 * `input` with `value` at `path`, objects made along the way where properties are missing.
 * @throws AslFailure States.ResultPathMatchFailure when the input's shape stands in the way
 */
export function assignAt(path: JsonPath, input: Json, value: Json): Json {
  const placed = place(path.segments, 0, input, value);
  if (placed !== undefined) return placed;
  throw new AslFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path.text} to input ${printJson(input)}`,
  );
}

function place(
  segments: readonly Segment[],
  at: number,
  target: Json | undefined,
  value: Json,
): Json | undefined {
  const segment = segments[at];
  if (segment === undefined) return value;
  if (segment.kind === 'property') {
    if (target !== undefined && !isJsonObject(target)) return undefined;
    const current =
      target !== undefined && Object.hasOwn(target, segment.name) ? target[segment.name] : undefined;
    const placed = place(segments, at + 1, current, value);
    return placed === undefined ? undefined : withMember(target ?? {}, segment.name, placed);
  }
  if (segment.kind !== 'index' || !Array.isArray(target) || segment.index >= target.length) return undefined;
  const placed = place(segments, at + 1, target[segment.index], value);
  return placed === undefined ? undefined : target.with(segment.index, placed);
}

/** `{...target, [name]: value}`, safe for a member called `__proto__`. */
function withMember(target: JsonObject, name: string, value: Json): JsonObject {
  const copy = { ...target };
  if (name === '__proto__') {
    Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    copy[name] = value;
  }
  return copy;
}
