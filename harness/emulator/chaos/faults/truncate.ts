import { cutAfter } from './cut-stream.ts';
import { defineFault, type ResponseStrike } from './fault.ts';
import { bytesAt, place } from './quantities.ts';

/** The body ends early and its length is announced accordingly: only a checksum or the content can tell. */
export const truncate = defineFault<typeof place, ResponseStrike>({
  stage: 'response',
  schema: place,
  description:
    'the answer ends early with a length to match: after so many bytes, or a share of the body such as `50%`',
  strike: (where) => ({
    stage: 'response',
    alter({ stream, sizeBytes }) {
      const atBytes = Math.min(bytesAt(where, sizeBytes), sizeBytes ?? Number.POSITIVE_INFINITY);
      return {
        stream: cutAfter(stream, atBytes, (cut) => cut.push(null)),
        sizeBytes: sizeBytes === undefined ? undefined : atBytes,
      };
    },
  }),
});
