/**
 * Writes CBOR (RFC 8949). The library's encoder, which reads it, has no way to write a whole number as a float, and
 * AWS's doubles are floats: 30.0 must not reach Python as an int.
 */
import { JsonNumber } from '../../../core/json.ts';

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const FLOAT64 = 0xfb;
/** Tag of seconds since the epoch. */
const EPOCH_TAG = 1;

/** `Date`s become tagged seconds, `Map`s maps, a `JsonNumber` a float; members that are undefined are left out. */
export function encodeCbor(value: unknown): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, parts: Buffer[]): void {
  if (value === null || value === undefined) parts.push(Buffer.of(NULL));
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? TRUE : FALSE));
  else if (typeof value === 'number') writeNumber(value, parts);
  else if (typeof value === 'string') writeBytes(MAJOR.text, Buffer.from(value, 'utf8'), parts);
  else if (value instanceof JsonNumber) parts.push(float64(value.value));
  else if (value instanceof Uint8Array) writeBytes(MAJOR.bytes, value, parts);
  else if (value instanceof Date) {
    parts.push(head(MAJOR.tag, EPOCH_TAG), float64(value.getTime() / 1000));
  } else if (Array.isArray(value)) {
    parts.push(head(MAJOR.array, value.length));
    for (const item of value) write(item, parts);
  } else {
    const entries = value instanceof Map ? [...value] : Object.entries(value as object);
    const present = entries.filter(([, member]) => member !== undefined);
    parts.push(head(MAJOR.map, present.length));
    for (const [name, member] of present) {
      writeBytes(MAJOR.text, Buffer.from(String(name), 'utf8'), parts);
      write(member, parts);
    }
  }
}

function writeNumber(value: number, parts: Buffer[]): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) parts.push(float64(value));
  else parts.push(value < 0 ? head(MAJOR.negative, -1 - value) : head(MAJOR.unsigned, value));
}

function writeBytes(major: number, bytes: Uint8Array, parts: Buffer[]): void {
  parts.push(head(major, bytes.length), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** The first byte of an item with its argument in the shortest form. */
function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.of(type | argument);
  if (argument < 0x100) return Buffer.of(type | 24, argument);
  if (argument < 0x10000) return Buffer.of(type | 25, argument >> 8, argument & 0xff);
  const long = argument >= 0x1_0000_0000;
  const bytes = Buffer.alloc(long ? 9 : 5);
  bytes[0] = type | (long ? 27 : 26);
  if (long) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUInt32BE(argument, 1);
  return bytes;
}

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = FLOAT64;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
