/** Functions that invoke themselves. Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
import { PutFunctionRecursionConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type LambdaFixture, startLambda } from './fixture.ts';

const LOOP = `
import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
const lambda = new LambdaClient({ maxAttempts: 1 });
export const handler = async ({ n, stop, over }, { functionName }) => {
  console.log('RUN', n, process.env._X_AMZN_TRACE_ID);
  if (n === stop) return;
  const invoke = (FunctionName, Payload) =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(Payload) }));
  try {
    await invoke(over ?? functionName, { n: n + 1, stop, over: over && functionName });
  } catch (error) {
    console.log('REFUSED', error.name, error.$metadata.httpStatusCode, error.message);
  }
};`;

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda();
  for (const name of ['loop', 'allowed', 'ping', 'pong']) await fixture.deploy(name, LOOP);
});
afterAll(() => fixture.stop());

const runs = async (name: string) => {
  const messages = await fixture.messages(name);
  return messages.flatMap((message) => /RUN (\d+)/.exec(message)?.[1] ?? []).map(Number);
};
const refusals = async (name: string) =>
  (await fixture.messages(name)).filter((message) => message.includes('REFUSED'));
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });

it('run sixteen times in one chain and no more', async () => {
  await fixture.invoke('loop', { n: 0, stop: 40 });
  await eventually(async () => expect(await refusals('loop')).toHaveLength(1));
  expect(await refusals('loop')).toEqual([
    expect.stringContaining(
      "REFUSED RecursiveInvocationException 400 Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your function's invocation.",
    ),
  ]);
  expect(await runs('loop')).toEqual(upTo(16));
  // All of them are one trace.
  const messages = await fixture.messages('loop', 'Root');
  expect(new Set(messages.map((message) => /Root=[^;]+/.exec(message)?.[0])).size).toBe(1);
});

it('are found over others too', async () => {
  await fixture.invoke('ping', { n: 0, stop: 60, over: 'pong' });
  await eventually(async () =>
    expect([...(await refusals('ping')), ...(await refusals('pong'))]).toHaveLength(1),
  );
  expect(await runs('ping')).toHaveLength(16);
  expect(await runs('pong')).toHaveLength(16);
});

it('run on where that is allowed', async () => {
  await fixture.lambda.send(
    new PutFunctionRecursionConfigCommand({ FunctionName: 'allowed', RecursiveLoop: 'Allow' }),
  );
  await fixture.invoke('allowed', { n: 0, stop: 20 });
  await eventually(async () => expect(await runs('allowed')).toEqual(upTo(21)));
  expect(await refusals('allowed')).toEqual([]);
});
