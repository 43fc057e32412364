import { expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../../../harness/core/clock.ts';
import { seededRandom } from '../../../../../harness/core/random.ts';
import { tooManyRequests } from '../../../../../harness/emulator/services/lambda/errors.ts';
import { AsyncQueue } from '../../../../../harness/emulator/services/lambda/invoke/async-queue.ts';
import type { CalledInvocation } from '../../../../../harness/emulator/services/lambda/invoke/run-invocation.ts';
import type { EventInvokeConfig } from '../../../../../harness/emulator/services/lambda/store/entities.ts';
import type { FunctionStore } from '../../../../../harness/emulator/services/lambda/store/function-store.ts';
import type { ServiceEnvironment } from '../../../../../harness/emulator/services/ports.ts';

const TARGET = 'arn:aws:lambda:us-east-1:000000000000:function:onFailure';

/** The records that reach the on-failure destination of a function that always fails. */
async function recordsOf(config: Partial<EventInvokeConfig>): Promise<unknown[]> {
  const clock = new VirtualClock(0);
  const env = {
    clock,
    random: seededRandom('queue'),
    region: 'us-east-1',
    accountId: '000000000000',
    log: () => {},
    warn: () => {},
    state: { isKept: false },
  } as unknown as ServiceEnvironment;
  const found = { eventInvokeConfigs: { $LATEST: { ...config, onFailureArn: TARGET } }, latest: {} };
  const store = { find: () => found } as unknown as FunctionStore;
  const records: unknown[] = [];
  const invoke = async ({ functionName, payload }: { functionName: string; payload: string }) => {
    if (functionName === TARGET) records.push(JSON.parse(payload));
    return {
      statusCode: 200 as const,
      payload: '{"errorMessage":"no"}',
      functionError: 'Unhandled',
      executedVersion: '$LATEST',
      requestId: 'r',
    };
  };
  const queue = new AsyncQueue(env, store, invoke, { putObject: async () => ({ etag: '' }) });
  const request = { functionName: 'f', payload: '{"a":1}' };
  queue.add({ request, functionName: 'f', qualifier: undefined, requestId: 'r' });
  // Virtual time jumps from timer to timer by itself.
  await vi.waitFor(() => expect(records).not.toEqual([]));
  return records;
}

/** As AWS was recorded to tell of them: with what the last attempt answered, whether or not there was time for more. */
it.each([
  ['RetriesExhausted', {}, 3],
  ['RetriesExhausted', { maximumRetryAttempts: 0 }, 1],
  ['EventAgeExceeded', { maximumEventAgeSeconds: 59 }, 1],
] as const)('an event that failed for good is told of: %s %j', async (condition, config, invokeCount) => {
  expect(await recordsOf(config)).toMatchObject([
    {
      requestContext: {
        requestId: 'r',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
        condition,
        approximateInvokeCount: invokeCount,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'no' },
    },
  ]);
});

it('runs waiting events in order as soon as there is concurrency for them', async () => {
  const clock = new VirtualClock(0);
  const env = {
    clock,
    random: seededRandom('queue'),
    log: () => {},
    state: { isKept: false },
  } as unknown as ServiceEnvironment;
  const found = { eventInvokeConfigs: {}, latest: {} };
  const store = { find: () => found } as unknown as FunctionStore;
  const ran: string[] = [];
  let running = 0;
  const invoke = async ({ payload, onStart }: CalledInvocation) => {
    if (running === 1) throw tooManyRequests('ReservedFunctionConcurrentInvocationLimitExceeded');
    running++;
    onStart?.();
    const release = clock.hold();
    await new Promise((resolve) => setImmediate(resolve));
    ran.push(payload);
    running--;
    queue.onExecutionEnded();
    release();
    return { statusCode: 200 as const, payload: '1', executedVersion: '$LATEST', requestId: 'r' };
  };
  const queue = new AsyncQueue(env, store, invoke, { putObject: async () => ({ etag: '' }) });
  const payloads = Array.from({ length: 15 }, (_, i) => String(i));
  for (const payload of payloads)
    queue.add({
      request: { functionName: 'f', payload },
      functionName: 'f',
      qualifier: undefined,
      requestId: 'r',
    });
  await vi.waitFor(() => expect(ran).toHaveLength(15));
  expect(ran).toEqual(payloads);
  // Nobody waited for a timer.
  expect(clock.nowMs()).toBeLessThan(1000);
});
