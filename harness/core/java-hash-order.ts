/**
 * The order in which a java.util.HashMap goes through its keys. AWS builds some objects with one (the members of payload
 * templates that are paths, States.JsonMerge, rows of CSV files), and all recorded answers show its order.
 */

const SMALLEST_TABLE = 16;
const LOAD_FACTOR = 0.75;

/** `keys`, each once, in the order a HashMap has that was filled with them one by one. */
export function javaHashOrder(keys: readonly string[]): string[] {
  const distinct = [...new Set(keys)];
  let size = SMALLEST_TABLE;
  while (distinct.length > size * LOAD_FACTOR) size *= 2;
  const places = new Map(distinct.map((key) => [key, spread(hashCode(key)) & (size - 1)]));
  return distinct.sort((a, b) => (places.get(a) as number) - (places.get(b) as number));
}

/** java.lang.String.hashCode. */
function hashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** java.util.HashMap.hash: the upper bits take part, as tables are small. */
function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}
