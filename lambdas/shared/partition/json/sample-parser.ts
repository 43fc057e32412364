import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX, PartitionError } from '../partition.ts';
import type { JsonScanner } from './json-scanner.ts';
import { readNumberRow } from './number-row.ts';

/** Arrays that samples are parsed into, `capacity` of them. */
export interface SampleArrays {
  images: Float32Array;
  magnitudes: Float32Array;
  redshifts: Float32Array;
}

export function sampleArrays(capacity: number): SampleArrays {
  return {
    images: new Float32Array(capacity * IMAGE_FLOATS),
    magnitudes: new Float32Array(capacity * BANDS.length),
    redshifts: new Float32Array(capacity),
  };
}

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

const IMAGE_KEYS = new Set(['image', 'images']);
const MAGNITUDE_KEYS = new Set(['magnitude', 'magnitudes', 'mags']);
const REDSHIFT_KEYS = new Set(['redshift', 'redshifts', 'z']);

/**
 * Parses one sample into slot `slot`; `sample` is its index in the partition, for messages.
 * @returns whether it has a redshift.
 */
export function parseSample(
  scanner: JsonScanner,
  file: string,
  sample: number,
  into: SampleArrays,
  slot: number,
): boolean {
  const wrong = (code: 'WrongShape' | 'Malformed' | 'WrongType', what: string) =>
    new PartitionError(code, `${file}: sample ${sample} ${what}`);
  if (scanner.peek() !== OPEN_OBJECT)
    throw wrong('WrongType', 'is not an object with image, magnitude and redshift');
  scanner.position++;
  const seen = { image: false, magnitude: false, redshift: false };
  const once = (what: keyof typeof seen) => {
    if (seen[what]) throw wrong('Malformed', `has more than one ${what}`);
    seen[what] = true;
  };
  if (!scanner.accept(CLOSE_OBJECT)) {
    do {
      const key = scanner.string();
      scanner.expect(COLON);
      if (IMAGE_KEYS.has(key)) {
        once('image');
        if (scanner.peek() !== OPEN_ARRAY) throw wrong('WrongType', 'has an image that is not an array');
        if (!parseImage(scanner, into.images, slot * IMAGE_FLOATS)) {
          throw wrong(
            'WrongShape',
            `has an image that is neither [${BANDS.length}, ${IMAGE_SIDE_PX}, ${IMAGE_SIDE_PX}] nor flat`,
          );
        }
      } else if (MAGNITUDE_KEYS.has(key)) {
        once('magnitude');
        if (scanner.peek() !== OPEN_ARRAY) throw wrong('WrongType', 'has magnitudes that are not an array');
        if (!readNumberRow(scanner, into.magnitudes, slot * BANDS.length, BANDS.length)) {
          throw wrong('WrongShape', `has not exactly ${BANDS.length} magnitudes`);
        }
      } else if (REDSHIFT_KEYS.has(key)) {
        once('redshift');
        into.redshifts[slot] = scanner.number();
      } else scanner.skipValue();
    } while (scanner.accept(COMMA));
    scanner.expect(CLOSE_OBJECT);
  }
  if (!seen.image) throw wrong('Malformed', 'has no image');
  if (!seen.magnitude) throw wrong('Malformed', 'has no magnitude');
  return seen.redshift;
}

/** An image as [5][32][32] or as one flat row of 5,120; false when it is neither. */
function parseImage(scanner: JsonScanner, target: Float32Array, at: number): boolean {
  const start = scanner.position;
  scanner.expect(OPEN_ARRAY);
  if (scanner.peek() !== OPEN_ARRAY) {
    scanner.position = start;
    return readNumberRow(scanner, target, at, IMAGE_FLOATS);
  }
  for (let band = 0; band < BANDS.length; band++) {
    if (band > 0 && !scanner.accept(COMMA)) return false;
    if (!scanner.accept(OPEN_ARRAY)) return false;
    for (let row = 0; row < IMAGE_SIDE_PX; row++) {
      if (row > 0 && !scanner.accept(COMMA)) return false;
      if (scanner.peek() !== OPEN_ARRAY) return false;
      if (!readNumberRow(scanner, target, at + (band * IMAGE_SIDE_PX + row) * IMAGE_SIDE_PX, IMAGE_SIDE_PX))
        return false;
    }
    if (!scanner.accept(CLOSE_ARRAY)) return false;
  }
  return scanner.accept(CLOSE_ARRAY);
}
