import { BANDS, IMAGE_FLOATS, PartitionError, type SampleBatch } from './partition.ts';

/** Whether every value is a number: neither NaN nor infinite. 0 * x is NaN for exactly those. */
function allFinite(values: Float32Array): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 4 <= values.length; i += 4) {
    a += values[i]! * 0;
    b += values[i + 1]! * 0;
    c += values[i + 2]! * 0;
    d += values[i + 3]! * 0;
  }
  for (; i < values.length; i++) a += values[i]! * 0;
  return a + b + c + d === 0;
}

/** Throws `NonFinite` naming the first sample, and the band, of a value that is NaN or infinite. */
export function requireFinite(batch: SampleBatch, file: string): void {
  const { images, magnitudes, redshifts } = batch;
  if (allFinite(images) && allFinite(magnitudes) && (!redshifts || allFinite(redshifts))) return;
  const pixels = IMAGE_FLOATS / BANDS.length;
  const wrong = [
    first(images, IMAGE_FLOATS, (i) => `image, band ${BANDS[Math.floor(i / pixels)]}, pixel ${i % pixels}`),
    first(magnitudes, BANDS.length, (i) => `magnitude, band ${BANDS[i]}`),
    redshifts && first(redshifts, 1, () => 'redshift'),
  ].filter((found) => found !== undefined);
  const { sample, what, value } = wrong.reduce((a, b) => (b.sample < a.sample ? b : a));
  throw new PartitionError(
    'NonFinite',
    `${file}: sample ${batch.offset + sample} has ${value} in its ${what}`,
  );
}

function first(values: Float32Array, perSample: number, name: (indexInSample: number) => string) {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return undefined;
  return { sample: Math.floor(at / perSample), what: name(at % perSample), value: String(values[at]) };
}
