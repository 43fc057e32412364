/**
 * The states of functions and versions as clients see them. Sources: recorded answers, and
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const FunctionName = 'f';
const returns = (value: number) => zipOf({ 'index.mjs': `export const handler = async () => ${value};` });
const busy = (text: string) => ({
  name: 'ResourceConflictException',
  message: `The operation cannot be performed at this time. ${text}`,
  $metadata: { httpStatusCode: 409 },
});
const PENDING = busy('The function is currently in the following state: Pending');
const UPDATING = busy(`An update is in progress for resource: ${ARN}`);

let fixture: LambdaFixture;
beforeAll(async () => {
  // Long enough for the requests in between, however busy the machine is.
  fixture = await startLambda({ lambda: { transitionMs: 2000 } });
});
afterAll(() => fixture.stop());

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
const send = (command: any): Promise<any> => fixture.lambda.send(command);
const configuration = async (Qualifier?: string) =>
  (await send(new GetFunctionCommand({ FunctionName, Qualifier }))).Configuration;
const configure = (Timeout: number) =>
  send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
const waiting = () => ({ client: fixture.lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 });

it('a new function is Pending, refuses calls and changes, and is Active when a waiter says so', async () => {
  await send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs20.x',
      Role: ROLE,
      Handler: 'index.handler',
      Code: { ZipFile: returns(1) },
    }),
  );
  expect(await configuration()).toMatchObject({
    State: 'Pending',
    StateReason: 'The function is being created.',
    StateReasonCode: 'Creating',
  });
  await expect(send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject(PENDING);
  await expect(configure(9)).rejects.toMatchObject(PENDING);
  await waitUntilFunctionActiveV2(waiting(), { FunctionName });
  expect(await configuration()).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
  expect((await fixture.invoke(FunctionName)).payload).toBe(1);
});

it('refuses a change while another is in progress, and serves what was before', async () => {
  const changed = await send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: returns(2) }));
  expect(changed).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
  expect(await configuration()).toMatchObject({
    State: 'Active',
    LastUpdateStatus: 'InProgress',
    LastUpdateStatusReason: 'The function is being created.',
    LastUpdateStatusReasonCode: 'Creating',
  });
  const during = fixture.invoke(FunctionName);
  await expect(configure(10)).rejects.toMatchObject(UPDATING);
  await expect(
    send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: returns(3) })),
  ).rejects.toMatchObject(UPDATING);
  await expect(send(new PublishVersionCommand({ FunctionName }))).rejects.toMatchObject(UPDATING);
  expect((await during).payload).toBe(1);
  await waitUntilFunctionUpdatedV2(waiting(), { FunctionName });
  expect(await configuration()).toMatchObject({ LastUpdateStatus: 'Successful', Timeout: 3 });
  expect((await fixture.invoke(FunctionName)).payload).toBe(2);
});

it('a published version is Pending first, and can then be called', async () => {
  const { Version } = await send(new PublishVersionCommand({ FunctionName }));
  expect(await configuration(Version)).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating' });
  await expect(send(new InvokeCommand({ FunctionName, Qualifier: Version }))).rejects.toMatchObject(PENDING);
  await waitUntilPublishedVersionActive(waiting(), { FunctionName, Qualifier: Version });
  expect((await fixture.invoke(`${FunctionName}:${Version}`)).payload).toBe(2);
});

// Recorded: with one execution reserved, AWS runs 15 events within 100 s.
it('asynchronous events run one after another as executions end', async () => {
  await fixture.deploy('slow', 'export const handler = () => new Promise((done) => setTimeout(done, 200));');
  await send(new PutFunctionConcurrencyCommand({ FunctionName: 'slow', ReservedConcurrentExecutions: 1 }));
  for (let i = 0; i < 15; i++)
    await send(new InvokeCommand({ FunctionName: 'slow', InvocationType: 'Event', Payload: `${i}` }));
  await expect
    .poll(async () => (await fixture.messages('slow', 'REPORT')).length, { timeout: 30_000, interval: 200 })
    .toBe(15);
});
