import type { Random } from './random.ts';

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** A version 4 UUID (RFC 9562) drawn from `random`. */
export function uuid(random: Random): string {
  const w = [random.uint32(), random.uint32(), random.uint32(), random.uint32()] as const;
  const b = (word: number, shift: number) => HEX[(word >>> shift) & 255]!;
  const w1 = (w[1] & 0xffff0fff) | 0x4000;
  const w2 = (w[2] & 0x3fffffff) | 0x80000000;
  return (
    `${b(w[0], 24)}${b(w[0], 16)}${b(w[0], 8)}${b(w[0], 0)}-${b(w1, 24)}${b(w1, 16)}-${b(w1, 8)}${b(w1, 0)}-` +
    `${b(w2, 24)}${b(w2, 16)}-${b(w2, 8)}${b(w2, 0)}${b(w[3], 24)}${b(w[3], 16)}${b(w[3], 8)}${b(w[3], 0)}`
  );
}

/** `length` upper-case letters and digits, as in S3 request ids and IAM unique ids. */
export function alphanumeric(random: Random, length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[random.uint32() & 31];
  return text;
}

/** `words` times eight lower-case hexadecimal digits, as in trace ids and names of log streams. */
export const hexWords = (random: Random, words: number): string =>
  Array.from({ length: words }, () => random.uint32().toString(16).padStart(8, '0')).join('');
