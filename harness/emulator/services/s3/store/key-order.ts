/**
 * S3 lists keys in the order of their UTF-8 bytes. JavaScript compares UTF-16 code units, which differs for
 * characters beyond U+FFFF: their surrogates (U+D800..DFFF) must come after U+E000..FFFF.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (UTF-8 binary order)
 */

/** Negative when `a` comes before `b`, 0 when equal. Both must be well-formed. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** True when no character of `key` compares differently in UTF-16: then `<` does what `compareKeys` does. */
export const isPlain = (key: string): boolean => !/[\ud800-\uffff]/.test(key);

/** As `compareKeys`, an order of magnitude quicker, for when at least one of the two is plain. */
export const comparePlain = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);
