/**
 * A partition as Parquet: `id`, `image` (a list of 5,120 numbers; `image_shape` in the footer), `mag_u` to `mag_z` and
 * `redshift`. pandas, pyarrow and polars read it.
 */
import type { ColumnSource, Writer } from 'hyparquet-writer';
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import type { ByteSink } from './byte-sink.ts';
import type { WritePartition } from './partition-writer.ts';
import { type SampleChunk, streamSamples } from './sample-stream.ts';

/** Units of the columns, as VOUnits spells them: https://www.ivoa.net/documents/VOUnits/ */
const UNITS_OF_COLUMNS = {
  image: 'nanomaggy',
  ...Object.fromEntries(BANDS.map((band) => [`mag_${band}`, 'mag'])),
  redshift: '',
};

export const writeParquet: WritePartition = async ({ survey, seed, first, samples, sink, onChunk }) => {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const required = (name: string, type: 'INT64' | 'FLOAT') =>
    ({ name, type, repetition_type: 'REQUIRED' }) as const;
  const scalars = [...BANDS.map((band) => `mag_${band}`), 'redshift'];
  const file = new ParquetWriter({
    writer,
    // Pixels of galaxies are noise to a compressor.
    codec: 'UNCOMPRESSED',
    statistics: false,
    createdBy: 'cosmicai-harness',
    kvMetadata: [
      { key: 'image_shape', value: [BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX].join(',') },
      { key: 'bands', value: BANDS.join(',') },
      { key: 'units', value: JSON.stringify(UNITS_OF_COLUMNS) },
      { key: 'survey', value: JSON.stringify({ seed, first }) },
    ],
    schema: [
      { name: 'root', num_children: 2 + scalars.length },
      required('id', 'INT64'),
      { name: 'image', repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      required('element', 'FLOAT'),
      ...scalars.map((name) => required(name, 'FLOAT')),
    ],
  });
  let sizeBytes = 0;
  await streamSamples(
    survey,
    first,
    samples,
    async (chunk) => {
      file.write({
        columnData: columnsOf(chunk, first),
        rowGroupSize: chunk.count,
        pageSize: 4 * IMAGE_FLOATS * chunk.count,
      });
      sizeBytes += await drain(writer, sink);
    },
    (done) => onChunk(done, sizeBytes),
  );
  file.finish();
  await drain(writer, sink);
};

function columnsOf({ offset, count, images, labels }: SampleChunk, first: number): ColumnSource[] {
  const scalar = (at: (sample: number) => number) =>
    Float32Array.from({ length: count }, (_, i) => at(offset + i));
  const imageOf = (i: number) => Array.from(images.subarray(i * IMAGE_FLOATS, (i + 1) * IMAGE_FLOATS));
  return [
    { name: 'id', data: BigInt64Array.from({ length: count }, (_, i) => BigInt(first + offset + i)) },
    { name: 'image', data: Array.from({ length: count }, (_, i) => imageOf(i)), encoding: 'PLAIN' },
    ...BANDS.map((band, b) => ({
      name: `mag_${band}`,
      data: scalar((sample) => labels.magnitudes[sample * BANDS.length + b]!),
      encoding: 'PLAIN' as const,
    })),
    { name: 'redshift', data: scalar((sample) => labels.redshifts[sample]!), encoding: 'PLAIN' },
  ];
}

/** Hands on what the writer holds; its own count of bytes, from which places in the file follow, goes on. */
async function drain(writer: Writer & { index: number }, sink: ByteSink): Promise<number> {
  const bytes = Uint8Array.from(writer.getBytes());
  writer.index = 0;
  await sink.write(bytes);
  return bytes.length;
}
