/**
 * A `.npy` file as a partition: one structured array whose fields are image, magnitude and redshift. A plain
 * array holds only one of the three and is refused with the way out.
 */
import type { Imaging } from '../imaging.ts';
import { type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, samplePartition } from '../sample-partition.ts';
import { recordField, recordReader } from '../stored-array.ts';
import { readNpyHeader } from './header.ts';

/** Opens a `.npy` partition by its header. @throws PartitionError */
export async function openNpyPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const { name, sizeBytes } = source;
  const header = await readNpyHeader(source, name);
  const { fields, shape, itemBytes, headerBytes, dataBytes } = header;
  if (!fields) {
    throw new PartitionError(
      'WrongShape',
      `${name}: it is one array of shape [${shape.join(', ')}]; save images, magnitudes and redshifts together with numpy.savez, or as a structured array`,
    );
  }
  if (shape.length !== 1) {
    throw new PartitionError(
      'WrongShape',
      `${name}: its records have shape [${shape.join(', ')}], expected [N]`,
    );
  }
  if (headerBytes + dataBytes > sizeBytes) {
    throw new PartitionError(
      'Truncated',
      `${name}: its records need ${dataBytes.toLocaleString('en')} bytes, ${(sizeBytes - headerBytes).toLocaleString('en')} are there; it is incomplete`,
    );
  }
  const records = { source, offsetBytes: headerBytes, recordBytes: itemBytes, count: shape[0]! };
  const read = recordReader(records);
  const found = rolesByName((role) => {
    const field = fields.find((candidate) => candidate.name === role);
    return field && recordField(records, read, field);
  });
  const names = fields.map((field) => field.name);
  return samplePartition('npy', name, requireRoles(name, found, names), imaging);
}
