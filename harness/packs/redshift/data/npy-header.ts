const ALIGNMENT = 64;
const PREFIX_BYTES = 10;

/** The header of a `.npy` file, version 1.0, padded as NumPy pads it. `descr` is a Python literal. */
export function npyHeader(descr: string, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`;
  const sizeBytes = Math.ceil((PREFIX_BYTES + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(sizeBytes, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(sizeBytes - PREFIX_BYTES, 8);
  header.write(text, PREFIX_BYTES, 'latin1');
  header[sizeBytes - 1] = 0x0a;
  return header;
}
