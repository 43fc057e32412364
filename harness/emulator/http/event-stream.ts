/**
 * `application/vnd.amazon.eventstream`: framed messages with headers and checksums.
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const STRING_TYPE = 7;

/** One event with its type, the type of its payload, and the payload. */
export function eventMessage(eventType: string, contentType: string, payload: Uint8Array): Buffer {
  const headers = Buffer.concat([
    stringHeader(':event-type', eventType),
    stringHeader(':content-type', contentType),
    stringHeader(':message-type', 'event'),
  ]);
  const totalBytes = PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES;
  const message = Buffer.alloc(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headers.copy(message, PRELUDE_BYTES);
  message.set(payload, PRELUDE_BYTES + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - CHECKSUM_BYTES)), totalBytes - CHECKSUM_BYTES);
  return message;
}

function stringHeader(name: string, value: string): Buffer {
  const header = Buffer.alloc(1 + name.length + 3 + Buffer.byteLength(value));
  header.writeUInt8(name.length, 0);
  header.write(name, 1, 'latin1');
  header.writeUInt8(STRING_TYPE, 1 + name.length);
  header.writeUInt16BE(Buffer.byteLength(value), 2 + name.length);
  header.write(value, 4 + name.length);
  return header;
}
