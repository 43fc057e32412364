/** Registry: every intrinsic function by its name. */
import { conditionIntrinsics } from './conditions.ts';
import type { Intrinsic } from './intrinsic.ts';
import { lookupIntrinsics } from './lookup.ts';
import { textIntrinsics } from './text.ts';

export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map(
  [...lookupIntrinsics, ...conditionIntrinsics, ...textIntrinsics].map((one) => [one.name, one]),
);

/** The field that a tag abbreviates: `!Sub` is `Fn::Sub`, `!Ref` is `Ref`. */
export function longFormOf(tag: string): string | undefined {
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return name;
  const field = `Fn::${name}`;
  return INTRINSICS.has(field) || name === 'Transform' ? field : undefined;
}
