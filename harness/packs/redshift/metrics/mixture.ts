/**
 * Redshift distributions as mixtures of Gaussians, and how well they are calibrated. Definitions are those of RAIL and
 * qp (https://github.com/LSSTDESC/rail_base, https://github.com/LSSTDESC/qp): PIT, CDE loss (Izbicki & Lee 2017), and
 * CRPS in its closed form for mixtures (Grimit et al. 2006, QJRMS 132, 2925).
 */

/** A mixture of K Gaussians; weights add up to 1. */
export interface Mixture {
  weights: readonly number[];
  means: readonly number[];
  sigmas: readonly number[];
}

const SQRT_2 = Math.SQRT2;
const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** The error function to 1e-14: its series near zero, a continued fraction beyond. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
      if (n > 200) break;
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  const complement = Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction));
  return Math.sign(x) * (1 - complement);
}

const normalCdf = (x: number) => 0.5 * (1 + erf(x / SQRT_2));
const normalPdf = (x: number, sigma: number) => Math.exp(-0.5 * (x / sigma) ** 2) / (sigma * SQRT_2PI);

/** Probability that the redshift is below z. At the true redshift this is the PIT. */
export function cdf({ weights, means, sigmas }: Mixture, z: number): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * normalCdf((z - means[k]!) / sigmas[k]!);
  return sum;
}

/** Scores of one galaxy; the mean over galaxies is smaller for better distributions. */
export interface MixtureScores {
  /** Continuous ranked probability score, in units of z. */
  crps: number;
  /** Conditional density estimation loss: the integral of p^2 minus 2 p(z). */
  cdeLoss: number;
}

export function scores(mixture: Mixture, z: number): MixtureScores {
  const { weights, means, sigmas } = mixture;
  // E|X| of a Gaussian centred on `offset` whose density at zero is `density`.
  const absolute = (offset: number, sigma: number, density: number) =>
    2 * sigma * sigma * density + offset * erf(offset / sigma / SQRT_2);
  let toTruth = 0;
  let atTruth = 0;
  let within = 0;
  let square = 0;
  for (let i = 0; i < weights.length; i++) {
    const density = normalPdf(z - means[i]!, sigmas[i]!);
    atTruth += weights[i]! * density;
    toTruth += weights[i]! * absolute(z - means[i]!, sigmas[i]!, density);
    // Pairs are the same both ways.
    for (let j = i; j < weights.length; j++) {
      const weight = (i === j ? 1 : 2) * weights[i]! * weights[j]!;
      const sigma = Math.hypot(sigmas[i]!, sigmas[j]!);
      const overlap = normalPdf(means[i]! - means[j]!, sigma);
      within += weight * absolute(means[i]! - means[j]!, sigma, overlap);
      square += weight * overlap;
    }
  }
  return { crps: toTruth - 0.5 * within, cdeLoss: square - 2 * atTruth };
}

/** The redshift below which the share `p` lies, by bisection to 1e-9. */
export function quantile(mixture: Mixture, p: number): number {
  let low = mixture.means.reduce((least, mean, k) => Math.min(least, mean - 10 * mixture.sigmas[k]!), 1e9);
  let high = mixture.means.reduce((most, mean, k) => Math.max(most, mean + 10 * mixture.sigmas[k]!), -1e9);
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (cdf(mixture, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Distances of the PIT from uniform, as scipy's one-sample tests define the statistics. */
export interface PitUniformity {
  /** Kolmogorov-Smirnov: the largest distance of the two cumulative distributions. */
  ks: number;
  /** Cramer-von Mises: 1 / (12 N) + sum of squared distances. */
  cvm: number;
  /** Anderson-Darling, which weighs the tails. Infinite when a PIT is 0 or 1. */
  ad: number;
}

export function pitUniformity(pits: readonly number[]): PitUniformity {
  const sorted = Float64Array.from(pits).sort();
  const n = sorted.length;
  let ks = 0;
  let cvm = 1 / (12 * n);
  let logs = 0;
  sorted.forEach((pit, i) => {
    ks = Math.max(ks, (i + 1) / n - pit, pit - i / n);
    cvm += ((2 * i + 1) / (2 * n) - pit) ** 2;
    logs += ((2 * i + 1) / n) * (Math.log(pit) + Math.log(1 - sorted[n - 1 - i]!));
  });
  return { ks, cvm, ad: -n - logs };
}

/** Share of the truths within the central interval of probability `level`. */
export const coverage = (pits: readonly number[], level: number): number =>
  pits.filter((pit) => Math.abs(pit - 0.5) <= level / 2).length / pits.length;

/**
 * The level at which central intervals of these galaxies hold the share `wanted` of further ones, with the guarantee of
 * split conformal prediction (Chernozhukov et al. 2021, PNAS 118, e2107794118). 1 when there are too few galaxies.
 */
export function conformalLevel(pits: readonly number[], wanted: number): number {
  const scores = Float64Array.from(pits, (pit) => 2 * Math.abs(pit - 0.5)).sort();
  return scores[Math.ceil((scores.length + 1) * wanted) - 1] ?? 1;
}
