/** Compares what a checkpoint holds with what the network needs. */
import { isNeedless } from './architecture.ts';

export interface Mismatch {
  /** Needed, not there. */
  missing: string[];
  /** There, unknown to the network. */
  extra: string[];
  misshapen: { name: string; shape: readonly number[]; expected: readonly number[] }[];
}

export function matchShapes(
  found: ReadonlyMap<string, { shape: readonly number[] }>,
  expected: ReadonlyMap<string, readonly number[]>,
): Mismatch {
  const mismatch: Mismatch = { missing: [], extra: [], misshapen: [] };
  for (const [name, shape] of expected) {
    const tensor = found.get(name);
    if (!tensor) mismatch.missing.push(name);
    else if (!equal(tensor.shape, shape)) {
      mismatch.misshapen.push({ name, shape: tensor.shape, expected: shape });
    }
  }
  for (const name of found.keys()) if (!expected.has(name) && !isNeedless(name)) mismatch.extra.push(name);
  return mismatch;
}

const equal = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** One line per tensor that does not fit; empty when all do. */
export function describeMismatch({ missing, extra, misshapen }: Mismatch): string[] {
  const shown = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  return [
    ...missing.map((name) => `missing: ${name}`),
    ...misshapen.map(
      ({ name, shape, expected }) => `misshapen: ${name} is ${shown(shape)}, expected ${shown(expected)}`,
    ),
    ...extra.map((name) => `extra: ${name}`),
  ];
}
