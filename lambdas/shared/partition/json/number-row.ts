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
  // A zero byte stands behind the window, so the loops below end there without looking at its length.
  const { bytes, end } = scanner;
  let position = scanner.position;
  for (let i = 0; i < count; i++) {
    let p = position;
    let byte = bytes[p]!;
    const negative = byte === 0x2d;
    if (negative) byte = bytes[++p]!;
    const start = p;
    let mantissa = 0;
    while (byte >= 0x30 && byte <= 0x39) {
      mantissa = (Math.imul(mantissa, 10) + byte - 0x30) | 0;
      byte = bytes[++p]!;
    }
    let digits = p - start;
    let decimals = 0;
    // A second digit behind a leading zero is the scanner's to refuse.
    let plain = digits === 1 || (digits > 1 && bytes[start] !== 0x30);
    if (byte === 0x2e) {
      const fraction = ++p;
      byte = bytes[p]!;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = (Math.imul(mantissa, 10) + byte - 0x30) | 0;
        byte = bytes[++p]!;
      }
      decimals = p - fraction;
      digits += decimals;
      plain &&= decimals > 0;
    }
    // Nine digits fit 32 bits.
    if (plain && digits <= 9 && p < end && (byte === COMMA || byte === CLOSE)) {
      const value = mantissa / POWERS_OF_TEN[decimals]!;
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
