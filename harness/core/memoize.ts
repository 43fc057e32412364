/**
 * A function of a text that remembers its results, for texts that come over and over (Host headers, scopes of
 * credentials). Once `limit` texts are remembered all are forgotten, so that a client cannot fill the memory.
 */
export function memoize<T>(limit: number, read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = read(text);
      if (known.size >= limit) known.clear();
      known.set(text, result);
    }
    return result;
  };
}
