/**
 * The account that an access key tells of itself: base32 behind its prefix, 40 bits after the first.
 * Keys of an older form tell none.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Characters of the id that hold the account. */
const DIGITS = 9;
const PREFIX = 4;
/** Bits of those characters behind the account's. */
const TAIL_BITS = 4n;
const ACCOUNT_BITS = 40n;

/** Twelve digits or more; nothing for a key that tells no account. */
export function accountOfKey(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA/.test(accessKeyId)) return undefined;
  const body = accessKeyId.slice(PREFIX);
  // The lengths that whole bytes give in base32.
  if (![0, 2, 4, 5, 7].includes(body.length % 8)) return undefined;
  let bits = 0n;
  for (const letter of body.slice(0, DIGITS)) {
    bits = (bits << 5n) | BigInt(Math.max(ALPHABET.indexOf(letter), 0));
  }
  const account = bits >> TAIL_BITS;
  if (account >> ACCOUNT_BITS === 0n) return undefined;
  return String(account & ((1n << ACCOUNT_BITS) - 1n)).padStart(12, '0');
}
