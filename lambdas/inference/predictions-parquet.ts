/**
 * Predictions as Parquet, for pandas, polars, DuckDB and Athena: the columns of the FITS table under the same names. The
 * footer's key-value metadata say where they come from, and the unit and meaning of each column:
 *
 *   provenance    JSON: run, function, code and model by digest, partitions by ETag
 *   units         JSON: column -> unit as VOUnits spells it
 *   descriptions  JSON: column -> meaning
 */
import type { PartitionPredictions } from './predict-partition.ts';
import { predictionColumns } from './prediction-columns.ts';

/** A row is some 100 bytes: groups of 10 MB. */
const ROWS_PER_GROUP = 100_000;

/** One Parquet file over all partitions of a rank. */
export async function renderPredictionsParquet(
  partitions: readonly PartitionPredictions[],
  provenance: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columns = predictionColumns(partitions);
  const rows = partitions.reduce((sum, { zPred }) => sum + zPred.length, 0);
  const paths: string[] = [];
  const samples = new BigInt64Array(rows);
  for (const { dataPath, zPred } of partitions)
    for (let sample = 0; sample < zPred.length; sample++) {
      samples[paths.length] = BigInt(sample);
      paths.push(dataPath);
    }
  const described = [
    { name: 'data_path', unit: undefined, description: 'key of the partition' },
    { name: 'id', unit: undefined, description: 'index of the sample in its partition' },
    ...columns,
  ];
  const buffer = parquetWriteBuffer({
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'cosmicai-harness',
    kvMetadata: [
      { key: 'provenance', value: JSON.stringify(provenance) },
      {
        key: 'units',
        value: JSON.stringify(Object.fromEntries(described.map(({ name, unit }) => [name, unit ?? '']))),
      },
      {
        key: 'descriptions',
        value: JSON.stringify(
          Object.fromEntries(described.map(({ name, description }) => [name, description])),
        ),
      },
    ],
    columnData: [
      { name: 'data_path', data: paths, type: 'STRING', nullable: false },
      { name: 'id', data: samples, type: 'INT64', nullable: false },
      ...columns.map(({ name, values }) => ({ name, data: values, type: 'FLOAT' as const, nullable: false })),
    ],
  });
  return new Uint8Array(buffer);
}
