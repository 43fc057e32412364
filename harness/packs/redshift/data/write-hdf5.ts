/**
 * A partition as HDF5: the contiguous datasets `images`, `magnitudes` and `redshifts` in the root group, with their units
 * as attributes. Written front to back and without times, so that the same survey gives the same bytes.
 *
 * HDF5 File Format Specification 3.0, https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html: a superblock
 * of version 2, object headers of version 2. HDF5 1.8 and later read it.
 */
import { BANDS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import { lookup3 } from './lookup3.ts';
import type { WritePartition } from './partition-writer.ts';
import { writeContiguous } from './write-contiguous.ts';

const SUPERBLOCK_BYTES = 48;
const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;
/** The images begin at a multiple of this. */
const ALIGNMENT = 512;

/** Message types of section IV.A.2. */
const DATASPACE = 0x01;
const LINK_INFO = 0x02;
const DATATYPE = 0x03;
const FILL_VALUE = 0x05;
const LINK = 0x06;
const LAYOUT = 0x08;
const GROUP_INFO = 0x0a;
const ATTRIBUTE = 0x0c;

export const writeHdf5: WritePartition = (partition) =>
  writeContiguous(renderHeader(partition.samples), partition);

/** All bytes before the images. */
function renderHeader(samples: number): Buffer {
  const datasets = [
    {
      name: 'images',
      shape: [samples, BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX],
      attributes: { unit: 'nanomaggy', bands: BANDS.join('') },
    },
    {
      name: 'magnitudes',
      shape: [samples, BANDS.length],
      attributes: { unit: 'mag', bands: BANDS.join('') },
    },
    { name: 'redshifts', shape: [samples], attributes: { unit: '' } },
  ];
  // Sizes do not depend on addresses: the first pass finds out where everything lies.
  let dataOffset = 0;
  for (;;) {
    let address = SUPERBLOCK_BYTES + groupHeader(datasets.map(({ name }) => ({ name, address: 0 }))).length;
    let dataAt = dataOffset;
    const links: { name: string; address: number }[] = [];
    const headers: Buffer[] = [];
    for (const { name, shape, attributes } of datasets) {
      const sizeBytes = 4 * shape.reduce((product, size) => product * size, 1);
      const header = datasetHeader(shape, attributes, dataAt, sizeBytes);
      links.push({ name, address });
      headers.push(header);
      address += header.length;
      dataAt += sizeBytes;
    }
    if (dataOffset > 0) {
      const whole = Buffer.alloc(dataOffset);
      Buffer.concat([superblock(dataAt), groupHeader(links), ...headers]).copy(whole);
      return whole;
    }
    dataOffset = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
  }
}

function superblock(endOfFile: number): Buffer {
  const block = Buffer.alloc(SUPERBLOCK_BYTES);
  block.write('\x89HDF\r\n\x1a\n', 'latin1');
  block.set([2, 8, 8, 0], 8);
  block.writeBigUInt64LE(0n, 12);
  block.writeBigUInt64LE(UNDEFINED_ADDRESS, 20);
  block.writeBigUInt64LE(BigInt(endOfFile), 28);
  block.writeBigUInt64LE(BigInt(SUPERBLOCK_BYTES), 36);
  block.writeUInt32LE(lookup3(block.subarray(0, 44)), 44);
  return block;
}

/** An object header of version 2 in one chunk: no times, no order of creation. */
function objectHeader(messages: readonly { type: number; data: Buffer }[]): Buffer {
  const body = Buffer.concat(
    messages.map(({ type, data }) => {
      const prefix = Buffer.alloc(4);
      prefix.writeUInt8(type, 0);
      prefix.writeUInt16LE(data.length, 1);
      return Buffer.concat([prefix, data]);
    }),
  );
  const prefix = Buffer.alloc(10);
  prefix.write('OHDR', 'latin1');
  // Flags 2: the size of the chunk has four bytes.
  prefix.set([2, 2], 4);
  prefix.writeUInt32LE(body.length, 6);
  const header = Buffer.concat([prefix, body, Buffer.alloc(4)]);
  header.writeUInt32LE(lookup3(header.subarray(0, -4)), header.length - 4);
  return header;
}

function groupHeader(links: readonly { name: string; address: number }[]): Buffer {
  const info = Buffer.alloc(18);
  info.writeBigUInt64LE(UNDEFINED_ADDRESS, 2);
  info.writeBigUInt64LE(UNDEFINED_ADDRESS, 10);
  return objectHeader([
    { type: LINK_INFO, data: info },
    { type: GROUP_INFO, data: Buffer.alloc(2) },
    ...links.map(({ name, address }) => {
      const target = Buffer.alloc(8);
      target.writeBigUInt64LE(BigInt(address));
      return {
        type: LINK,
        data: Buffer.concat([Buffer.from([1, 0, name.length]), Buffer.from(name, 'latin1'), target]),
      };
    }),
  ]);
}

function datasetHeader(
  shape: readonly number[],
  attributes: Readonly<Record<string, string>>,
  address: number,
  sizeBytes: number,
): Buffer {
  const layout = Buffer.alloc(18);
  // Version 3, contiguous.
  layout.set([3, 1]);
  layout.writeBigUInt64LE(BigInt(address), 2);
  layout.writeBigUInt64LE(BigInt(sizeBytes), 10);
  return objectHeader([
    { type: DATASPACE, data: dataspace(shape) },
    { type: DATATYPE, data: FLOAT32 },
    // Version 3: space is allocated late, and filled only if a value is defined.
    { type: FILL_VALUE, data: Buffer.from([3, 0x0a]) },
    { type: LAYOUT, data: layout },
    ...Object.entries(attributes).map(([name, value]) => ({
      type: ATTRIBUTE,
      data: textAttribute(name, value),
    })),
  ]);
}

/** IEEE 754 binary32, little-endian. */
const FLOAT32 = Buffer.from([0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]);

function dataspace(shape: readonly number[]): Buffer {
  const space = Buffer.alloc(4 + 8 * shape.length);
  // Version 2, rank, no maximal sizes; type 0 is a scalar, 1 an array.
  space.set([2, shape.length, 0, shape.length === 0 ? 0 : 1]);
  for (const [d, size] of shape.entries()) space.writeBigUInt64LE(BigInt(size), 4 + 8 * d);
  return space;
}

/** A scalar text of fixed length, ended by a NUL. */
function textAttribute(name: string, value: string): Buffer {
  const data = Buffer.from(`${value}\0`, 'latin1');
  const datatype = Buffer.alloc(8);
  datatype.writeUInt8(0x13);
  datatype.writeUInt32LE(data.length, 4);
  const space = dataspace([]);
  const nameBytes = Buffer.from(`${name}\0`, 'latin1');
  const prefix = Buffer.alloc(9);
  prefix.writeUInt8(3);
  prefix.writeUInt16LE(nameBytes.length, 2);
  prefix.writeUInt16LE(datatype.length, 4);
  prefix.writeUInt16LE(space.length, 6);
  return Buffer.concat([prefix, nameBytes, datatype, space, data]);
}
