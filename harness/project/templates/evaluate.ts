/** Evaluates values of a template: intrinsic functions are replaced by their values, all else stays. */
import type { Json, JsonObject } from '../../core/json.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { Path } from '../../document/source.ts';
import { INTRINSICS } from './intrinsics/index.ts';
import type { Evaluation, Intrinsic } from './intrinsics/intrinsic.ts';
import { isGroup, NO_VALUE, UNKNOWN, type Value } from './value.ts';

/** The function that a group is, if it is one: a single field that names it. */
export function intrinsicOf(group: JsonObject): Intrinsic | undefined {
  const [name, ...more] = Object.keys(group);
  if (name === undefined || more.length > 0) return undefined;
  // A statement of a policy with nothing but a condition has a field of this name too.
  if (name === 'Condition' && typeof group[name] !== 'string') return undefined;
  return INTRINSICS.get(name);
}

/** UNKNOWN parts are left out of groups and lists: what they came from is reported. */
export function evaluate(value: Json, path: Path, evaluation: Evaluation): Value {
  if (Array.isArray(value))
    return value.flatMap((one, index): Json[] => {
      const result = evaluate(one, [...path, index], evaluation);
      return result === NO_VALUE || result === UNKNOWN ? [] : [result];
    });
  if (!isGroup(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return call(intrinsic, value, path, evaluation);
  const [only, ...more] = Object.keys(value);
  if (more.length === 0 && only?.startsWith('Fn::')) {
    const near = nearestName(only, [...INTRINSICS.keys()]);
    evaluation.report(
      [...path, only],
      `${only} is no intrinsic function that can be evaluated here`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
    return UNKNOWN;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]): [string, Json][] => {
      const result = evaluate(one, [...path, key], evaluation);
      return result === NO_VALUE || result === UNKNOWN ? [] : [[key, result]];
    }),
  );
}

function call(intrinsic: Intrinsic, group: JsonObject, path: Path, evaluation: Evaluation): Value {
  const { name } = intrinsic;
  const below = [...path, name];
  return intrinsic.evaluate(group[name]!, {
    evaluation,
    path: below,
    evaluate: (value, ...at) => evaluate(value, [...below, ...at], evaluation),
    wrong(message, hint) {
      evaluation.report(below, `${name} ${message}`, hint);
      return UNKNOWN;
    },
  });
}
