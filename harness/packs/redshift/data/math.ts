/**
 * Elementary functions with the same bits on every machine.
 *
 * IEEE 754 fixes +, -, *, / and sqrt to the last bit, but not exp, log or sin, whose results differ between
 * V8 versions. These are built from the exact five (and Math's constants) alone, so the survey's bytes depend
 * on its seed and nothing else. Their error is a few units in the last place.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LN2 = Math.LN2;
const LN10 = Math.LN10;
export const PI = Math.PI;

const scratch = new DataView(new ArrayBuffer(8));

/** 1 / n! for n from 0 to 14. */
const INVERSE_FACTORIALS = new Float64Array(15);
for (let n = 0, factorial = 1; n < 15; factorial *= ++n) INVERSE_FACTORIALS[n] = 1 / factorial;

/** 2^k for integer k in the normal range. */
function powerOfTwo(k: number): number {
  scratch.setUint32(0, (k + 1023) << 20);
  scratch.setUint32(4, 0);
  return scratch.getFloat64(0);
}

/** e^x; 0 below -708, Infinity above 709. */
export function exp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Number.POSITIVE_INFINITY;
  const k = Math.round(x / LN2);
  // |r| <= ln2 / 2, kept exact by subtracting ln2 in two parts (Cody and Waite 1980).
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = INVERSE_FACTORIALS[14]!;
  for (let n = 13; n >= 0; n--) sum = sum * r + INVERSE_FACTORIALS[n]!;
  return sum * powerOfTwo(k);
}

/** Natural logarithm of a positive normal number. */
export function log(x: number): number {
  scratch.setFloat64(0, x);
  const high = scratch.getUint32(0);
  let k = (high >>> 20) - 1023;
  scratch.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let m = scratch.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  // log m = 2 atanh((m - 1) / (m + 1)), |s| <= 0.1716.
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 0;
  for (let n = 21; n >= 3; n -= 2) sum = (sum + 1 / n) * s2;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * (1 + sum));
}

export const log10 = (x: number): number => log(x) / LN10;
/** 10^x. */
export const exp10 = (x: number): number => exp(x * LN10);
/** base^exponent for a positive base. */
export const power = (base: number, exponent: number): number => exp(exponent * log(base));
/** Inverse hyperbolic sine, odd to the last bit. */
export function asinh(x: number): number {
  const a = x < 0 ? -x : x;
  const value = log(a + Math.sqrt(a * a + 1));
  return x < 0 ? -value : value;
}

/** Cosine and sine of an angle in [0, 2 pi]. */
export function cosSin(angle: number): [cos: number, sin: number] {
  const quadrant = Math.round(angle / (PI / 2));
  const r = angle - quadrant * (PI / 2);
  const r2 = r * r;
  let cos = 1;
  let sin = 1;
  for (let n = 9; n >= 1; n--) {
    cos = 1 - (cos * r2) / ((2 * n - 1) * (2 * n));
    sin = 1 - (sin * r2) / (2 * n * (2 * n + 1));
  }
  sin *= r;
  switch (quadrant & 3) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** The value of a function given at equal steps from `start`, between its points by straight lines, at the ends held. */
export function interpolate(table: Float64Array, start: number, step: number, x: number): number {
  const position = (x - start) / step;
  if (!(position > 0)) return table[0]!;
  const i = Math.floor(position);
  if (i >= table.length - 1) return table[table.length - 1]!;
  return table[i]! + (table[i + 1]! - table[i]!) * (position - i);
}

const QUANTILE_CENTRE = {
  numerator: [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  denominator: [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1, 1,
  ],
};
const QUANTILE_TAIL = {
  numerator: [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  denominator: [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
};

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

/** Quantile of the standard normal distribution for 0 < p < 1 (P. J. Acklam's rational fit, relative error 1.2e-9). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * log(p));
    return polynomial(QUANTILE_TAIL.numerator, q) / polynomial(QUANTILE_TAIL.denominator, q);
  }
  const q = p - 0.5;
  const q2 = q * q;
  return (polynomial(QUANTILE_CENTRE.numerator, q2) * q) / polynomial(QUANTILE_CENTRE.denominator, q2);
}
