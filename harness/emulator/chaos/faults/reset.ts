import { cutAfter } from './cut-stream.ts';
import { defineFault, type ResponseStrike } from './fault.ts';
import { bytesAt, place } from './quantities.ts';

/** The connection is reset in mid-body, after so many bytes or such a share of it. */
export const reset = defineFault<typeof place, ResponseStrike>({
  stage: 'response',
  schema: place,
  description:
    'the connection is reset in mid-answer: after so many bytes, or a share of the body such as `50%`',
  strike: (where) => ({
    stage: 'response',
    alter({ stream, sizeBytes }, connection) {
      const cut = cutAfter(stream, bytesAt(where, sizeBytes), (ended) => {
        connection.reset();
        ended.destroy(Object.assign(new Error('Connection reset by chaos'), { code: 'ECONNRESET' }));
      });
      return { stream: cut, sizeBytes };
    },
  }),
});
