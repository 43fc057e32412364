import { Readable } from 'node:stream';
import type { Clock } from '../../../core/clock.ts';
import { defineFault, type ResponseStrike } from './fault.ts';
import { rate } from './quantities.ts';

/** Bodies are paced in pieces of this many a second, so that a slow link is slow and not bursty. */
const PIECES_PER_SECOND = 20;

/** The body of the answer comes no faster than so many bytes per second. */
export const bandwidth = defineFault<typeof rate, ResponseStrike>({
  stage: 'response',
  schema: rate,
  description:
    'the body of the answer comes no faster, in B/s, KB/s, MB/s or GB/s (1 MB/s = 1,000,000 B/s): `1 MB/s`',
  strike: (bytesPerSecond) => ({
    stage: 'response',
    alter: ({ stream, sizeBytes }, { clock }) => ({
      stream: Readable.from(paced(stream, bytesPerSecond, clock), { objectMode: false }),
      sizeBytes,
    }),
  }),
});

async function* paced(source: Readable, bytesPerSecond: number, clock: Clock): AsyncGenerator<Buffer> {
  const pieceBytes = Math.max(1, Math.floor(bytesPerSecond / PIECES_PER_SECOND));
  const startMs = clock.nowMs();
  let sentBytes = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk as Buffer);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      sentBytes += piece.length;
      const waitMs = startMs + (sentBytes / bytesPerSecond) * 1000 - clock.nowMs();
      if (waitMs > 0)
        await new Promise<void>((resolve) => {
          clock.after(waitMs, resolve);
        });
      yield piece;
    }
  }
}
