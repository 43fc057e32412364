import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../../harness/emulator/services/s3/body/aws-chunked-decoder.ts';

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 });
const cuts = fc.array(fc.nat(1000), { maxLength: 20 });

function encode(pieces: Uint8Array[], trailer: boolean): Buffer {
  const parts = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([
    ...parts,
    Buffer.from(`0\r\n${trailer ? 'x-amz-checksum-crc32:AAAAAA==\r\n' : ''}\r\n`),
  ]);
}

function feed(bytes: Buffer, at: number[]): AwsChunkedDecoder & { content: Buffer } {
  const decoder = new AwsChunkedDecoder();
  const content: Buffer[] = [];
  const bounds = [0, ...at.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (let i = 1; i < bounds.length; i++)
    content.push(...decoder.push(bytes.subarray(bounds[i - 1], bounds[i])));
  decoder.end();
  return Object.assign(decoder, { content: Buffer.concat(content) });
}

describe('aws-chunked', () => {
  it('is decoded to its content however it is split', () => {
    fc.assert(
      fc.property(chunks, fc.boolean(), cuts, (pieces, trailer, at) => {
        const decoder = feed(encode(pieces, trailer), at);
        expect(decoder.content).toEqual(Buffer.concat(pieces));
        expect(decoder.trailers.size).toBe(trailer ? 1 : 0);
      }),
    );
  });

  it('is never taken for whole when cut short, and never crashes on noise', () => {
    fc.assert(
      fc.property(chunks, fc.nat(), (pieces, cut) => {
        const bytes = encode(pieces, true);
        const short = bytes.subarray(0, cut % bytes.length);
        let content: Buffer | undefined;
        try {
          content = feed(short, []).content;
        } catch (error) {
          expect(error).toMatchObject({ code: 'IncompleteBody' });
        }
        // After the last chunk's header nothing of the content can be missing; trailers are checked by who needs them.
        if (content) expect(content).toEqual(Buffer.concat(pieces));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (noise, at) => {
        try {
          feed(Buffer.from(noise), at);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });
});
