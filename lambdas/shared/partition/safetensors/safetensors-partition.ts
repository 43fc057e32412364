import type { Imaging } from '../imaging.ts';
import type { Partition, RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, samplePartition } from '../sample-partition.ts';
import { contiguousArray } from '../stored-array.ts';
import { openSafetensors } from './safetensors-file.ts';

/** Opens a safetensors file whose tensors are named images, magnitudes and redshifts. @throws PartitionError */
export async function openSafetensorsPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const file = await openSafetensors(source);
  const found = rolesByName((name) => {
    const tensor = file.tensors.get(name);
    return (
      tensor &&
      contiguousArray(file.source, tensor.offsetBytes, tensor.shape, {
        dtype: tensor.dtype,
        bigEndian: false,
      })
    );
  });
  return samplePartition(
    'safetensors',
    source.name,
    requireRoles(source.name, found, [...file.tensors.keys()]),
    imaging,
  );
}
