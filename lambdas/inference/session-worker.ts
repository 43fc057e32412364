/**
 * A session in a thread of its own, for `SessionPool`: opened by the first message, then one answer per message.
 * `session-worker.js` beside the function's `index.js`.
 */
import { parentPort } from 'node:worker_threads';
import { BANDS, IMAGE_FLOATS } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { openSession, type Session } from './session.ts';
import type { ToPool, ToWorker } from './session-pool.ts';

let session: Session;

parentPort!.on('message', (message: ToWorker) => {
  answer(message).catch((error: Error) => {
    const code = error instanceof PipelineError ? error.code : undefined;
    parentPort!.postMessage({ failed: { code, message: error.message } } satisfies ToPool);
  });
});

async function answer(message: ToWorker): Promise<void> {
  if ('file' in message) {
    session = await openSession(message.file, 1, message.name);
    parentPort!.postMessage({} satisfies ToPool);
    return;
  }
  const { samples, count } = message;
  const magnitudesAt = count * IMAGE_FLOATS;
  const { redshifts, mixtures } = await session.predict(
    samples.subarray(0, magnitudesAt),
    samples.subarray(magnitudesAt, magnitudesAt + count * BANDS.length),
    count,
  );
  parentPort!.postMessage({ redshifts, samples, ...(mixtures && { mixtures }) } satisfies ToPool, [
    redshifts.buffer,
    samples.buffer,
    ...(mixtures ? [mixtures.buffer] : []),
  ]);
}
