/**
 * Texts with `*` for any characters, matched from left to right. Regular expressions would try all ways to divide a
 * text among several stars, which takes longer than anybody waits for `*a*a*a*b` on a long line.
 */

/** Whether the whole of a text matches. */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return (text) => text === pattern;
  const last = others.pop()!;
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/**
 * What the stars stand for where a text first holds the pattern: each as short as possible, the last one of an open
 * end as long as possible.
 * @returns nothing where the text does not hold it
 */
export function wildcardCaptures(parts: readonly string[]): (text: string) => string[] | undefined {
  const [first = '', ...others] = parts;
  return (text) => {
    const start = text.indexOf(first);
    if (start < 0) return undefined;
    let at = start + first.length;
    const captured: string[] = [];
    for (const [i, part] of others.entries()) {
      const isOpenEnd = part === '' && i === others.length - 1;
      const found = isOpenEnd ? text.length : text.indexOf(part, at);
      if (found < 0) return undefined;
      captured.push(text.slice(at, found));
      at = found + part.length;
    }
    return captured;
  };
}
