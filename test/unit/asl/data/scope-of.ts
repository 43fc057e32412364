import type { Scope } from '../../../../harness/asl/data/scope.ts';
import type { Json, JsonObject } from '../../../../harness/core/json.ts';
import { seededRandom } from '../../../../harness/core/random.ts';

/** 2026-01-02T03:04:05Z. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A scope for tests; variables by name, the context object as given. */
export function scopeOf(
  input: Json,
  options: { context?: JsonObject; variables?: JsonObject; result?: Json; errorOutput?: Json } = {},
): Scope {
  const { context = {}, variables = {}, ...rest } = options;
  return {
    input,
    context: () => context,
    variables: { get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined) },
    random: seededRandom(1),
    nowMs: NOW_MS,
    ...rest,
  };
}
