import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AwsError } from '../../core/errors.ts';
import type { WireRequest } from './wire.ts';

const requestEntityTooLarge = () =>
  new AwsError('RequestEntityTooLargeException', 'Request Entity Too Large', 413);

/**
 * Reads a whole body, at most `limitBytes`; a longer one is refused and the rest is not read. An async iterator would
 * cost more than the rest of a small request.
 * @throws AwsError of `tooLarge`; the stream's error when the client goes away
 */
export function readBody(
  body: Readable,
  limitBytes: number,
  tooLarge: (limitBytes: number) => AwsError = requestEntityTooLarge,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let readBytes = 0;
    const onData = (chunk: Buffer) => {
      readBytes += chunk.length;
      chunks.push(chunk);
      if (readBytes <= limitBytes) return;
      body.off('data', onData);
      body.pause();
      reject(tooLarge(limitBytes));
    };
    body.on('data', onData);
    body.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, readBytes)));
    body.on('error', reject);
    body.on('close', () => {
      if (!body.readableEnded) reject(new PrematureClose());
    });
  });
}

/** A stream that was closed before its end, and without an error. */
class PrematureClose extends Error {
  readonly code = 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The SDKs compress some bodies (`requestcompression`). */
export const isCompressed = ({ headers }: Pick<WireRequest, 'headers'>): boolean =>
  headers['content-encoding'] !== undefined && /\bgzip\b/i.test(headers['content-encoding']);

/** @throws AwsError */
export async function unpackBody(
  body: Buffer,
  limitBytes: number,
  tooLarge?: (limitBytes: number) => AwsError,
): Promise<Buffer> {
  const unpack = createGunzip();
  unpack.end(body);
  try {
    return await readBody(unpack, limitBytes, tooLarge);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', 'The request body is not valid gzip.');
  } finally {
    unpack.destroy();
  }
}
