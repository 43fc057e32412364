/** A pattern for object keys in which `*` stands for any text, slashes included. */
export function keyPattern(key: string): RegExp {
  const escaped = key.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 's');
}

/** What every key begins with that fits the pattern. */
export const literalPrefix = (key: string): string => key.split('*')[0]!;
