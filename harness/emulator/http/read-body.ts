import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AwsError } from '../../core/errors.ts';
import type { WireRequest } from './wire.ts';

/** Reads a whole body, at most `limitBytes`; a longer one is refused and the rest is not read. */
export async function readBody(
  body: Readable,
  limitBytes: number,
  tooLarge: () => AwsError = () =>
    new AwsError('RequestEntityTooLargeException', 'Request Entity Too Large', 413),
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes);
}

/** What the SDKs compress (`requestcompression`), unpacked. @throws AwsError */
export async function unpackBody(
  { headers }: Pick<WireRequest, 'headers'>,
  body: Buffer,
  limitBytes: number,
  tooLarge?: () => AwsError,
): Promise<Buffer> {
  if (!/\bgzip\b/i.test(headers['content-encoding'] ?? '')) return body;
  const unpack = createGunzip();
  unpack.end(body);
  try {
    return await readBody(unpack, limitBytes, tooLarge);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', 'The request body is not valid gzip.');
  }
}
