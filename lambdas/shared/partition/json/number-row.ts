import type { JsonScanner } from './json-scanner.ts';

const COMMA = 0x2c;
const CLOSE = 0x5d;
/** 10^-digits is divided by, never multiplied with: the quotient of two exact doubles is correctly rounded. */
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${i}`));

/**
 * Reads `[n, n, ...]` of exactly `count` numbers into `target` from `at`; returns false when there are fewer or
 * more. The loop knows only the form `-12.345` without white space, which is nearly every number there is, and
 * leaves every other one to the scanner.
 */
export function readNumberRow(
  scanner: JsonScanner,
  target: Float32Array,
  at: number,
  count: number,
): boolean {
  scanner.expect(0x5b);
  if (count > 0 && scanner.peek() === CLOSE) return false;
  const { bytes, end } = scanner;
  let position = scanner.position;
  for (let i = 0; i < count; i++) {
    let p = position;
    const negative = bytes[p] === 0x2d;
    if (negative) p++;
    const start = p;
    let mantissa = 0;
    let digit = (bytes[p] ?? 0) - 0x30;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = (bytes[++p] ?? 0) - 0x30;
    }
    let digits = p - start;
    let decimals = 0;
    // A second digit behind a leading zero is the scanner's to refuse.
    let plain = digits === 1 || (digits > 1 && bytes[start] !== 0x30);
    if (plain && digit === 0x2e - 0x30) {
      const fraction = ++p;
      digit = (bytes[p] ?? 0) - 0x30;
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = (bytes[++p] ?? 0) - 0x30;
      }
      decimals = p - fraction;
      digits += decimals;
      plain = decimals > 0;
    }
    let byte = digit + 0x30;
    if (plain && digits <= 15 && p < end && (byte === COMMA || byte === CLOSE)) {
      const value = decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
      target[at + i] = negative ? -value : value;
    } else {
      scanner.position = position;
      target[at + i] = scanner.number();
      byte = scanner.peek();
      p = scanner.position;
    }
    position = p + 1;
    if (byte === CLOSE || byte !== COMMA) {
      scanner.position = p;
      if (byte !== CLOSE) throw scanner.unexpected('"," or "]"');
      scanner.position = position;
      return i === count - 1;
    }
    if (i === count - 1) return false;
  }
  return true;
}
