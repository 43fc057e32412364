import type { Readable } from 'node:stream';
import { AwsError } from '../../core/errors.ts';

/** Reads a whole body, at most `limitBytes`; a longer one is refused with `code` and the rest is not read. */
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
