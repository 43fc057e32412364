/** A partition as JSON text, in the layout that lambdas/shared/partition/json documents. */
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import type { WritePartition } from './partition-writer.ts';
import { type Observation, UNITS } from './survey/survey.ts';

const CHUNK_SAMPLES = 16;
/** A number takes at most 12 characters and a separator; brackets and keys are some 500 a sample. */
const MAX_SAMPLE_BYTES = 13 * (IMAGE_FLOATS + BANDS.length + 1) + 1_000;

const ascii = (text: string) => Buffer.from(text, 'latin1');
const IMAGE_KEY = ascii('{"image":[[[');
const MAGNITUDE_KEY = ascii(']]],"magnitude":[');
const REDSHIFT_KEY = ascii('],"redshift":');
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/** `seed` is noted in the header. */
export const writeJson: WritePartition = async ({ survey, seed, first, samples, sink, onChunk }) => {
  const shape = `[${BANDS.length},${IMAGE_SIDE_PX},${IMAGE_SIDE_PX}]`;
  const header = ascii(
    `{"format":"cosmicai-partition/1","samples":${samples},"shape":${shape},"survey":{"seed":${seed},"firstSample":${first}},"data":[\n`,
  );
  await sink.write(header);
  let sizeBytes = header.length;
  const buffers = [
    Buffer.alloc(CHUNK_SAMPLES * MAX_SAMPLE_BYTES),
    Buffer.alloc(CHUNK_SAMPLES * MAX_SAMPLE_BYTES),
  ] as const;
  let writing: Promise<void> = Promise.resolve();
  for (let done = 0, turn = 0; done < samples; turn ^= 1) {
    const text = buffers[turn as 0 | 1];
    const count = Math.min(CHUNK_SAMPLES, samples - done);
    let at = 0;
    for (let i = 0; i < count; i++) {
      at = printSample(text, at, survey.observe(first + done + i));
      if (done + i + 1 < samples) text[at++] = COMMA;
      text[at++] = 0x0a;
    }
    await writing;
    done += count;
    sizeBytes += at;
    onChunk(done, sizeBytes);
    writing = sink.write(text.subarray(0, at));
    writing.catch(() => {});
  }
  await writing;
  await sink.write(ascii(']}\n'));
};

function printSample(text: Buffer, start: number, { pixels, magnitudes, redshift }: Observation): number {
  let at = start + IMAGE_KEY.copy(text, start);
  for (let row = 0; row < BANDS.length * IMAGE_SIDE_PX; row++) {
    if (row > 0) {
      const nextBand = row % IMAGE_SIDE_PX === 0;
      text[at++] = CLOSE;
      if (nextBand) text[at++] = CLOSE;
      text[at++] = COMMA;
      if (nextBand) text[at++] = OPEN;
      text[at++] = OPEN;
    }
    for (let x = 0; x < IMAGE_SIDE_PX; x++) {
      if (x > 0) text[at++] = COMMA;
      at = printPixel(text, at, pixels[row * IMAGE_SIDE_PX + x]!);
    }
  }
  at += MAGNITUDE_KEY.copy(text, at);
  for (let b = 0; b < magnitudes.length; b++) {
    if (b > 0) text[at++] = COMMA;
    at = printDecimal(text, at, magnitudes[b]!, UNITS.magnitude);
  }
  at += REDSHIFT_KEY.copy(text, at);
  at = printDecimal(text, at, redshift, UNITS.redshift);
  text[at++] = 0x7d;
  return at;
}

/** The four digits of 0000 to 9999, one after another. */
const FOUR_DIGITS = ascii(Array.from({ length: UNITS.pixel }, (_, i) => String(i).padStart(4, '0')).join(''));

/** `printDecimal` for pixels, of which there are 26 million in 100 MB: four decimals from a table. */
function printPixel(text: Uint8Array, start: number, units: number): number {
  let at = start;
  const size = units < 0 ? -units : units;
  // UNITS.pixel spelled out: division by a literal compiles to a multiplication.
  if (size >= 100_000) return printDecimal(text, at, units, UNITS.pixel);
  if (units < 0) text[at++] = 0x2d;
  const whole = (size / 10_000) | 0;
  const digits = (4 * (size - whole * 10_000)) | 0;
  text[at] = 0x30 + whole;
  text[at + 1] = 0x2e;
  text[at + 2] = FOUR_DIGITS[digits]!;
  text[at + 3] = FOUR_DIGITS[digits + 1]!;
  text[at + 4] = FOUR_DIGITS[digits + 2]!;
  text[at + 5] = FOUR_DIGITS[digits + 3]!;
  return at + 6;
}

/** Prints `units / perOne`, a power of ten, with all its decimals; returns the position behind it. */
export function printDecimal(text: Uint8Array, start: number, units: number, perOne: number): number {
  let at = start;
  let rest = units;
  if (rest < 0) {
    text[at++] = 0x2d;
    rest = -rest;
  }
  const whole = Math.floor(rest / perOne);
  let fraction = rest - whole * perOne;
  let scale = 1;
  while (whole >= scale * 10) scale *= 10;
  for (let left = whole; scale >= 1; scale = Math.floor(scale / 10)) {
    const digit = Math.floor(left / scale);
    text[at++] = 0x30 + digit;
    left -= digit * scale;
  }
  text[at++] = 0x2e;
  for (let next = perOne / 10; next >= 1; next = Math.floor(next / 10)) {
    const digit = Math.floor(fraction / next);
    text[at++] = 0x30 + digit;
    fraction -= digit * next;
  }
  return at;
}
