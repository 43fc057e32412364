/**
 * Durations of one function as a straight line over what they depend on, with the measured residuals around it. A
 * draw of the model resamples the measurements (bootstrap), so that predictions carry the uncertainty of the fit.
 */
import type { Random } from '../core/random.ts';
import { percentile } from '../metrics/threshold.ts';
import type { FunctionProfile, Sample } from './profile.ts';

export interface Line {
  interceptMs: number;
  perUnitMs: number;
}

export interface DurationModel {
  /** Duration of a warm invocation, ms. */
  warmMs(x: number, random: Random): number;
  /** Initialisation of a new environment, ms. */
  initMs(random: Random): number;
  /** What the first invocation of an environment takes longer than a warm one, ms. */
  coldMs: number;
}

/** Least squares of the relative error; a line that falls is none: its mean instead. */
export function fitLine(samples: readonly Sample[]): Line {
  const weights = samples.map(({ durationMs }) => 1 / Math.max(durationMs, 1e-3) ** 2);
  const total = sum(weights);
  const meanX = sum(samples.map(({ x }, at) => x * weights[at]!)) / total;
  const meanY = sum(samples.map(({ durationMs }, at) => durationMs * weights[at]!)) / total;
  const xx = sum(samples.map(({ x }, at) => weights[at]! * (x - meanX) ** 2));
  const xy = sum(samples.map(({ x, durationMs }, at) => weights[at]! * (x - meanX) * (durationMs - meanY)));
  const perUnitMs = xx > 0 ? Math.max(0, xy / xx) : 0;
  const interceptMs = meanY - perUnitMs * meanX;
  if (interceptMs >= 0) return { interceptMs, perUnitMs };
  // Nothing takes negative time: the line through the origin.
  const slope = sum(samples.map(({ x, durationMs }, at) => weights[at]! * x * durationMs));
  return { interceptMs: 0, perUnitMs: slope / sum(samples.map(({ x }, at) => weights[at]! * x * x)) };
}

export const lineAt = ({ interceptMs, perUnitMs }: Line, x: number): number => interceptMs + perUnitMs * x;

/** One draw of the model: `random` decides which measurements it rests on. */
export function drawModel(profile: FunctionProfile, random: Random): DurationModel {
  const warm = profile.warm.length > 0 ? profile.warm : profile.cold;
  const line = fitLine(resampled(warm, random));
  const fitted = fitLine(warm);
  const ratios = warm.map(({ x, durationMs }) => durationMs / Math.max(lineAt(fitted, x), 1e-3));
  const slower = profile.cold.map(({ x, durationMs }) => durationMs - lineAt(fitted, x));
  const inits = profile.cold.map(({ initMs }) => initMs);
  return {
    warmMs: (x, draw) => lineAt(line, x) * pick(ratios, draw),
    initMs: (draw) => (inits.length === 0 ? 0 : pick(inits, draw)),
    coldMs: profile.warm.length === 0 || slower.length === 0 ? 0 : Math.max(0, percentile(slower, 50)),
  };
}

/** As many samples as given, drawn with replacement, and of each measured x at least one. */
function resampled(samples: readonly Sample[], random: Random): Sample[] {
  const byX = new Map<number, Sample[]>();
  for (const one of samples) byX.set(one.x, [...(byX.get(one.x) ?? []), one]);
  return [...byX.values()].flatMap((group) => group.map(() => pick(group, random)));
}

const pick = <T>(values: readonly T[], random: Random): T =>
  values[Math.floor(random.next() * values.length)]!;
const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
