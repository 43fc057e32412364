import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  CALL_SAMPLES,
  type PoolWorker,
  SessionPool,
  type ToPool,
  type ToWorker,
} from '../../../../lambdas/inference/session-pool.ts';

const IMAGE_FLOATS = 5 * 32 * 32;

/** A worker whose answers the test gives: the redshift of a sample is its first pixel plus its first magnitude. */
class FakeWorker extends EventEmitter {
  readonly asked: ToWorker[] = [];
  /** Whether it keeps the process alive. */
  referenced = true;
  terminated = false;

  postMessage(message: ToWorker): void {
    this.asked.push(message);
  }
  ref(): void {
    this.referenced = true;
  }
  unref(): void {
    this.referenced = false;
  }
  async terminate(): Promise<number> {
    this.terminated = true;
    return 0;
  }

  answer(): void {
    const message = this.asked.shift()!;
    if ('file' in message) {
      this.say({});
      return;
    }
    const { samples, count } = message;
    const redshifts = new Float32Array(count);
    for (let i = 0; i < count; i++)
      redshifts[i] = samples[i * IMAGE_FLOATS]! + samples[count * IMAGE_FLOATS + i * 5]!;
    this.say({ redshifts, samples });
  }

  say(message: ToPool): void {
    this.emit('message', message);
  }
}

async function opened(threads = 2) {
  const workers: FakeWorker[] = [];
  let lost = 0;
  const pool = new SessionPool(
    threads,
    () => lost++,
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as PoolWorker;
    },
  );
  const opening = pool.open('/tmp/model.onnx', 's3://work/model.onnx');
  for (const worker of workers) worker.answer();
  await opening;
  return { pool, workers, lost: () => lost };
}

const images = (...values: number[]) => {
  const floats = new Float32Array(values.length * IMAGE_FLOATS);
  for (const [i, value] of values.entries()) floats.fill(value, i * IMAGE_FLOATS, (i + 1) * IMAGE_FLOATS);
  return floats;
};
const magnitudes = (count: number) => new Float32Array(count * 5).fill(20);

describe('SessionPool', () => {
  it('loads the model in every thread', async () => {
    const workers: FakeWorker[] = [];
    const pool = new SessionPool(
      3,
      () => {},
      () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker as unknown as PoolWorker;
      },
    );
    void pool.open('/tmp/m.onnx', 'm');
    expect(workers.map(({ asked }) => asked)).toEqual(
      [1, 2, 3].map(() => [{ file: '/tmp/m.onnx', name: 'm' }]),
    );
  });

  it('spreads calls over its threads and answers each with its own samples, in whatever order they finish', async () => {
    const { pool, workers } = await opened();
    const calls = [1, 2, 3, 4].map((value) => pool.predict(images(value, value + 10), magnitudes(2), 2));
    expect(workers.map(({ asked }) => asked.length)).toEqual([2, 2]);
    for (const worker of [...workers].reverse()) {
      worker.answer();
      worker.answer();
    }
    expect((await Promise.all(calls)).map(({ redshifts }) => [...redshifts])).toEqual([
      [21, 31],
      [22, 32],
      [23, 33],
      [24, 34],
    ]);
  });

  it('has copied the samples when it returns, so the caller may fill them anew', async () => {
    const { pool, workers } = await opened(1);
    const pixels = images(7);
    const call = pool.predict(pixels, magnitudes(1), 1);
    pixels.fill(-1);
    workers[0]!.answer();
    expect([...(await call).redshifts]).toEqual([27]);
  });

  it('fills the same memory again, call after call', async () => {
    const { pool, workers } = await opened(1);
    const seen = new Set<ArrayBufferLike>();
    for (let i = 0; i < 5; i++) {
      const call = pool.predict(images(i), magnitudes(1), 1);
      const message = workers[0]!.asked[0] as { samples: Float32Array };
      expect(message.samples.length).toBe(CALL_SAMPLES * (IMAGE_FLOATS + 5));
      seen.add(message.samples.buffer);
      workers[0]!.answer();
      await call;
    }
    expect(seen.size).toBe(1);
  });

  it('keeps the process alive while a thread is at work, and not when all are idle', async () => {
    const { pool, workers } = await opened(1);
    expect(workers[0]!.referenced).toBe(false);
    const calls = [pool.predict(images(1), magnitudes(1), 1), pool.predict(images(2), magnitudes(1), 1)];
    expect(workers[0]!.referenced).toBe(true);
    workers[0]!.answer();
    expect(workers[0]!.referenced).toBe(true);
    workers[0]!.answer();
    await Promise.all(calls);
    expect(workers[0]!.referenced).toBe(false);
  });

  it('passes the error of a thread on, with its code', async () => {
    const { pool, workers } = await opened(1);
    const call = pool.predict(images(1), magnitudes(1), 1);
    workers[0]!.say({ failed: { code: 'ModelContract', message: 'it answered int64[1]' } });
    await expect(call).rejects.toMatchObject({
      name: 'PipelineError.ModelContract',
      message: 'it answered int64[1]',
    });
  });

  it('fails what a thread was asked when it dies, says so, and takes nothing more', async () => {
    const { pool, workers, lost } = await opened(1);
    const calls = [pool.predict(images(1), magnitudes(1), 1), pool.predict(images(2), magnitudes(1), 1)];
    workers[0]!.emit('exit', 1);
    const failures = await Promise.allSettled([...calls, pool.predict(images(3), magnitudes(1), 1)]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((failures[0] as PromiseRejectedResult).reason.message).toBe(
      'a thread of the model ended with code 1',
    );
    expect(lost()).toBe(1);
  });

  it('ends its threads', async () => {
    const { pool, workers } = await opened();
    await pool.close();
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, true]);
  });
});
