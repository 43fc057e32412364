const EUR_PER_UNIT = { EUR: 1, USD: 0.92, GBP: 1.17 };

/** Amount in euros, rounded to cents. */
export function inEuros(amount, currency) {
  const rate = EUR_PER_UNIT[currency];
  if (rate === undefined) throw new Error(`no rate for ${currency}`);
  return Math.round(amount * rate * 100) / 100;
}
