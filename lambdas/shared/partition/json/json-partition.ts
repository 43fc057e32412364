/**
 * A partition as JSON text:
 *
 *     {"format": "cosmicai-partition/1", "samples": N, "shape": [5, 32, 32], "data": [
 *       {"image": [[[...32 numbers], ...32 rows], ...5 bands], "magnitude": [u, g, r, i, z], "redshift": z},
 *       ...
 *     ]}
 *
 * A bare array of such samples is accepted too, as is a flat image of 5,120 numbers, and samples without
 * redshift as long as none has one. When `samples` does not stand before `data` they are counted first, in a
 * pass over the text that looks at brackets only.
 */
import { requireFinite } from '../finite.ts';
import {
  BANDS,
  FLOAT32_SAMPLE_BITS,
  IMAGE_FLOATS,
  IMAGE_SIDE_PX,
  type Partition,
  PartitionError,
  type RandomAccess,
  type SampleBatch,
} from '../partition.ts';
import type { JsonScanner } from './json-scanner.ts';
import { parseSample, sampleArrays } from './sample-parser.ts';
import { TextWindow } from './text-window.ts';

const JSON_FORMAT = 'cosmicai-partition/1';

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;

interface Layout {
  /** Offset of the first byte behind the data's `[`. */
  dataOffsetBytes: number;
  /** Whether the data stand within an object, which has to be closed. */
  wrapped: boolean;
  samples: number | undefined;
}

/** Opens a `.json` partition. @throws PartitionError */
export async function openJsonPartition(source: RandomAccess): Promise<Partition> {
  const layout = await readLayout(source);
  const samples = layout.samples ?? (await countSamples(source, layout));
  const window = new TextWindow(source, layout.dataOffsetBytes);
  const empty = await window.run((scanner) => scanner.peek() === CLOSE_ARRAY);
  if (empty || samples === 0) {
    if (samples > 0) throw fewer(source, samples, 0);
    throw new PartitionError('Empty', `${source.name}: it holds no samples`);
  }
  const hasRedshifts = await window.run((scanner) =>
    parseSample(scanner, source.name, 0, sampleArrays(1), 0),
  );
  return {
    format: 'json',
    samples,
    hasRedshifts,
    sampleBits: FLOAT32_SAMPLE_BITS,
    batches: (batchSize) => ({
      [Symbol.asyncIterator]: () => batches(source, layout, samples, hasRedshifts, batchSize),
    }),
  };
}

const fewer = (source: RandomAccess, expected: number, found: number) =>
  new PartitionError(
    'Truncated',
    `${source.name}: it says it holds ${expected} samples but ends after ${found}`,
  );

async function* batches(
  source: RandomAccess,
  layout: Layout,
  samples: number,
  hasRedshifts: boolean,
  batchSize: number,
): AsyncGenerator<SampleBatch, void, undefined> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`batch size ${batchSize} is not a positive integer`);
  const window = new TextWindow(source, layout.dataOffsetBytes);
  for (let offset = 0; offset < samples; offset += batchSize) {
    const count = Math.min(batchSize, samples - offset);
    const arrays = sampleArrays(count);
    for (let slot = 0; slot < count; slot++) {
      const sample = offset + slot;
      const labelled = await window.run((scanner) => {
        if (sample > 0 && !scanner.accept(COMMA)) {
          scanner.expect(CLOSE_ARRAY);
          throw fewer(source, samples, sample);
        }
        return parseSample(scanner, source.name, sample, arrays, slot);
      });
      if (labelled !== hasRedshifts) {
        throw new PartitionError(
          'Malformed',
          `${source.name}: sample ${sample} has ${labelled ? 'a' : 'no'} redshift, sample 0 has ${hasRedshifts ? 'one' : 'none'}`,
        );
      }
    }
    if (offset + count === samples) await finish(window, source, layout, samples);
    const { images, magnitudes, redshifts } = arrays;
    const batch = { offset, count, images, magnitudes, ...(hasRedshifts && { redshifts }) };
    requireFinite(batch, source.name);
    yield batch;
  }
}

/** What must stand behind the last sample: the end of everything that was opened, and nothing else. */
async function finish(
  window: TextWindow,
  source: RandomAccess,
  layout: Layout,
  samples: number,
): Promise<void> {
  await window.run((scanner) => {
    if (!scanner.accept(CLOSE_ARRAY)) {
      scanner.expect(COMMA);
      throw new PartitionError(
        'Malformed',
        `${source.name}: it says it holds ${samples} samples but holds more`,
      );
    }
  });
  if (layout.wrapped) {
    while (await window.run((scanner) => scanner.accept(COMMA))) {
      await window.run((scanner) => {
        scanner.string();
        scanner.expect(COLON);
        scanner.skipValue();
      });
    }
    await window.run((scanner) => scanner.expect(CLOSE_OBJECT));
  }
  await window.run((scanner) => {
    if (!scanner.atEnd()) throw scanner.unexpected('the end of the file');
  });
}

async function readLayout(source: RandomAccess): Promise<Layout> {
  const window = new TextWindow(source);
  await window.run(skipByteOrderMark);
  if (await window.run((scanner) => scanner.accept(OPEN_ARRAY))) {
    return { dataOffsetBytes: window.offsetBytes, wrapped: false, samples: undefined };
  }
  await window.run((scanner) => scanner.expect(OPEN_OBJECT));
  let samples: number | undefined;
  let more = !(await window.run((scanner) => scanner.accept(CLOSE_OBJECT)));
  while (more) {
    const key = await window.run(readKey);
    if (key === 'data') {
      if (await window.run((scanner) => scanner.peek() !== OPEN_ARRAY)) {
        throw new PartitionError('WrongType', `${source.name}: its \`data\` is not an array of samples`);
      }
      await window.run((scanner) => scanner.expect(OPEN_ARRAY));
      return { dataOffsetBytes: window.offsetBytes, wrapped: true, samples };
    }
    if (key === 'samples') samples = checkedCount(source, await window.run((scanner) => scanner.number()));
    else if (key === 'format') checkFormat(source, await window.run((scanner) => readText(scanner)));
    else if (key === 'shape') await window.run((scanner) => checkShape(source, scanner));
    else await window.run((scanner) => scanner.skipValue());
    more = await window.run((scanner) => scanner.accept(COMMA));
    if (!more) await window.run((scanner) => scanner.expect(CLOSE_OBJECT));
  }
  throw new PartitionError(
    'Malformed',
    `${source.name}: it is a JSON object without \`data\`, the array of samples`,
  );
}

function skipByteOrderMark(scanner: JsonScanner): void {
  scanner.peek();
  const [b0, b1, b2] = scanner.bytes;
  if (scanner.position === 0 && b0 === 0xef && b1 === 0xbb && b2 === 0xbf) scanner.position = 3;
}

function readKey(scanner: JsonScanner): string {
  const key = scanner.string();
  scanner.expect(COLON);
  return key;
}

/** A string, or what `undefined` stands for: some other value. */
function readText(scanner: JsonScanner): string | undefined {
  if (scanner.peek() === QUOTE) return scanner.string();
  scanner.skipValue();
  return undefined;
}

/** The declared count, if the text is long enough for it: a digit and a separator for every number. */
function checkedCount(source: RandomAccess, samples: number): number {
  if (Number.isSafeInteger(samples) && samples >= 0) {
    if (samples * 2 * IMAGE_FLOATS <= source.sizeBytes) return samples;
    throw new PartitionError(
      'Truncated',
      `${source.name}: it says it holds ${samples} samples, for which its ${source.sizeBytes.toLocaleString('en')} bytes are too few`,
    );
  }
  throw new PartitionError('Malformed', `${source.name}: its \`samples\` is ${samples}, not a count`);
}

function checkFormat(source: RandomAccess, format: string | undefined): void {
  if (format === JSON_FORMAT) return;
  throw new PartitionError(
    'UnknownFormat',
    `${source.name}: its \`format\` is ${format === undefined ? 'not a string' : `"${format.slice(0, 60)}"`}, expected "${JSON_FORMAT}"`,
  );
}

function checkShape(source: RandomAccess, scanner: JsonScanner): void {
  const expected = [BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX];
  const shape: number[] = [];
  scanner.expect(OPEN_ARRAY);
  if (!scanner.accept(CLOSE_ARRAY)) {
    do shape.push(scanner.number());
    while (shape.length < 16 && scanner.accept(COMMA));
    scanner.expect(CLOSE_ARRAY);
  }
  if (shape.length === 3 && expected.every((size, d) => shape[d] === size)) return;
  throw new PartitionError(
    'WrongShape',
    `${source.name}: its images have shape [${shape.join(', ')}], expected [${expected.join(', ')}]`,
  );
}

/** Counts the elements of the data array by their brackets; what stands between is checked when it is read. */
async function countSamples(source: RandomAccess, layout: Layout): Promise<number> {
  const window = new TextWindow(source, layout.dataOffsetBytes);
  if (await window.run((scanner) => scanner.accept(CLOSE_ARRAY))) return 0;
  let samples = 0;
  do {
    await window.run((scanner) => scanner.skipBalanced());
    samples++;
  } while (await window.run((scanner) => scanner.accept(COMMA)));
  await window.run((scanner) => scanner.expect(CLOSE_ARRAY));
  return samples;
}
