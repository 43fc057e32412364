/**
 * A FITS file as a partition: a cube of images (axes 32 x 32 x 5 x N in a primary or IMAGE unit, or a table's
 * column) and a catalogue (binary table) with magnitudes and, when there are any, redshifts. Magnitudes are one
 * vector column or five columns, named u g r i z alone or behind a prefix (mag_u, modelMag_u, psfMag_u, ...).
 */
import { magnitudeColumns, REDSHIFT_NAMES } from '../catalogue-columns.ts';
import type { Dtype } from '../dtype.ts';
import { type Imaging, usedBands } from '../imaging.ts';
import { type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, type SampleArrays, samplePartition } from '../sample-partition.ts';
import {
  type RecordField,
  recordField,
  recordReader,
  type StoredArray,
  stackedColumns,
} from '../stored-array.ts';
import { decoder, readColumns } from './columns.ts';
import { type FitsUnit, readUnits } from './header.ts';

const DTYPE_OF_BITPIX: Readonly<Record<number, Dtype>> = {
  8: 'uint8',
  16: 'int16',
  32: 'int32',
  64: 'int64',
  [-32]: 'float32',
  [-64]: 'float64',
};

/** Opens a FITS partition by the headers of its units. @throws PartitionError */
export async function openFitsPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const units = await readUnits(source);
  const found: Partial<SampleArrays> = {};
  const names: string[] = [];
  for (const unit of units) {
    if (unit.kind === 'BINTABLE') {
      if (unit.cards.get('ZIMAGE') === true) {
        throw new PartitionError(
          'WrongType',
          `${source.name}: its images are tile-compressed; unpack them first (funpack)`,
        );
      }
      const table = openTable(source, unit, usedBands(imaging));
      names.push(...table.names);
      // A table whose only match is a redshift is another catalogue.
      if (!table.found.images && !table.found.magnitudes) continue;
      for (const [role, array] of Object.entries(table.found)) found[role as keyof SampleArrays] ??= array;
    } else if (unit.axes.length === 4) {
      found.images ??= imageCube(source, unit);
    } else if (unit.axes.length > 0) names.push(`an image of axes ${unit.axes.slice(0, 8).join(' x ')}`);
  }
  return samplePartition('fits', source.name, requireRoles(source.name, found, names), imaging);
}

/** One row of the cube is one image: FITS's last axis is our first dimension. */
function imageCube(source: RandomAccess, unit: FitsUnit): StoredArray {
  const shape = [...unit.axes].reverse();
  const dtype = DTYPE_OF_BITPIX[unit.bitpix]!;
  const records = {
    source,
    offsetBytes: unit.dataOffsetBytes,
    recordBytes: unit.dataBytes / Math.max(1, shape[0]!),
    count: shape[0]!,
  };
  const field: RecordField = {
    dtype,
    bigEndian: true,
    offsetInRecord: 0,
    shape: shape.slice(1),
    ...decoder(
      unit.cards.get('BSCALE'),
      unit.cards.get('BZERO'),
      unit.bitpix > 0 ? unit.cards.get('BLANK') : undefined,
    ),
  };
  return recordField(records, recordReader(records), field);
}

function openTable(
  source: RandomAccess,
  unit: FitsUnit,
  used: readonly string[],
): { found: Partial<SampleArrays>; names: string[] } {
  const [recordBytes = 0, count = 0] = unit.axes;
  const records = { source, offsetBytes: unit.dataOffsetBytes, recordBytes, count };
  const read = recordReader(records);
  const columns = new Map(readColumns(source, unit).map((column) => [column.name.toLowerCase(), column]));
  const arrayOf = (name: string) => {
    const field = columns.get(name)?.field;
    return field && recordField(records, read, field);
  };
  const bands = magnitudeColumns(used, (name) => columns.get(name)?.field?.shape.length === 0);
  const stacked = bands?.map((name) => arrayOf(name)!);
  // With magnitudes in five columns of bare letters, `z` is one of them and no redshift.
  const found = rolesByName((name) => (bands?.includes(name) ? undefined : arrayOf(name)));
  if (stacked) found.magnitudes ??= stackedColumns(stacked);
  const redshift = REDSHIFT_NAMES.map(arrayOf).find((array) => array !== undefined);
  if (redshift) found.redshifts ??= redshift;
  return { found, names: [...columns.values()].map(({ name }) => `a column ${name}`) };
}
