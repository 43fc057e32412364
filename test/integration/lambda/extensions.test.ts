/** The Extensions API. Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PublishLayerVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { type LambdaFixture, startLambda } from './fixture.ts';

/** An extension that tells what it is told, on its standard output and, at the end, in a file. */
const EXTENSION = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
(async () => {
  const registered = await fetch(base + 'register', {
    method: 'POST',
    headers: { 'Lambda-Extension-Name': 'watcher', 'Lambda-Extension-Accept-Feature': 'accountId' },
    body: JSON.stringify({ events: ['INVOKE', 'SHUTDOWN'] }),
  });
  console.log('REGISTERED', await registered.text());
  const headers = { 'Lambda-Extension-Identifier': registered.headers.get('lambda-extension-identifier') };
  for (;;) {
    const event = await (await fetch(base + 'event/next', { headers })).json();
    console.log('EVENT', JSON.stringify(event));
    if (event.eventType === 'INVOKE' && event.invokedFunctionArn.endsWith(':slow')) await new Promise(() => {});
    if (event.eventType === 'SHUTDOWN') {
      await new Promise((go) => setTimeout(go, 100));
      writeFileSync(process.env.MARK, event.shutdownReason);
      process.exit(0);
    }
  }
})();`;

const HANDLER = 'let n = 0; export const handler = async () => ({ n: ++n });';

let fixture: LambdaFixture;
let layer: string;
const folder = mkdtempSync(join('/var/tmp', 'cosmicai-extensions-'));
const mark = join(folder, 'mark');
const deploy = (name: string, options: object = {}) =>
  fixture.deploy(name, HANDLER, { Layers: [layer], Environment: { Variables: { MARK: mark } }, ...options });

beforeAll(async () => {
  // Ends at once what is idle, and is not isolated: the mark is outside.
  fixture = await startLambda({ lambda: { isolation: 'none' } });
  const ZipFile = zipSync({
    'extensions/watcher': [strToU8(EXTENSION), { os: 3, attrs: 0o100755 << 16 }],
    'extensions/notes.txt': strToU8('no program'),
  });
  const published = await fixture.lambda.send(
    new PublishLayerVersionCommand({ LayerName: 'watcher', Content: { ZipFile } }),
  );
  layer = published.LayerVersionArn!;
});
afterAll(async () => {
  await fixture.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('of a layer are started, told of invocations and of the end', async () => {
  await deploy('watched');
  const first = await fixture.invoke('watched');
  expect(first.payload).toEqual({ n: 1 });
  expect((await fixture.invoke('watched')).payload).toEqual({ n: 2 });
  const told = async () =>
    (await fixture.messages('watched', 'EVENT')).map((message) => JSON.parse(message.slice(6)));
  await vi.waitFor(async () => expect(await told()).toHaveLength(2), { timeout: 10_000 });
  expect((await told())[0]).toEqual({
    eventType: 'INVOKE',
    deadlineMs: expect.any(Number),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:watched',
    tracing: { type: 'X-Amzn-Trace-Id', value: expect.stringMatching(/^Root=1-/) },
  });
  const [registered] = await fixture.messages('watched', 'REGISTERED');
  expect(JSON.parse(registered!.slice('REGISTERED '.length))).toEqual({
    functionName: 'watched',
    functionVersion: '$LATEST',
    handler: 'index.handler',
    accountId: '000000000000',
  });
  // A change of the function ends its idle environments.
  expect(existsSync(mark)).toBe(false);
  await fixture.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'watched',
      Description: 'changed',
    }),
  );
  await vi.waitFor(() => expect(readFileSync(mark, 'utf8')).toBe('SPINDOWN'), { timeout: 10_000 });
});

it('that do not end in time take the environment with them', async () => {
  await deploy('slow', { Timeout: 2 });
  expect((await fixture.invoke('slow')).payload).toEqual({ n: 1 });
  // The environment waits for its extension until the time of that invocation is over; then there is another.
  expect((await fixture.invoke('slow')).payload).toEqual({ n: 1 });
});

it('share the place of the function, where it has one of its own', async () => {
  const own = await startLambda();
  try {
    const sharing = EXTENSION.replace(
      "console.log('EVENT'",
      "writeFileSync('/tmp/seen', 'by both'); console.log('EVENT'",
    );
    const ZipFile = zipSync({ 'extensions/watcher': [strToU8(sharing), { os: 3, attrs: 0o100755 << 16 }] });
    const { LayerVersionArn } = await own.lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'sharing', Content: { ZipFile } }),
    );
    const source = `
      import { readFileSync } from 'node:fs';
      export const handler = async () => {
        for (;;) {
          try { return readFileSync('/tmp/seen', 'utf8'); }
          catch { await new Promise((go) => setTimeout(go, 5)); }
        }
      };`;
    await own.deploy('sharing', source, { Layers: [LayerVersionArn!] });
    expect((await own.invoke('sharing')).payload).toBe('by both');
  } finally {
    await own.stop();
    rmSync('/tmp/seen', { force: true });
  }
});

it('that never register fail the init', async () => {
  const ZipFile = zipSync({
    'extensions/mute': [strToU8('#!/bin/sh\nexec sleep 60\n'), { os: 3, attrs: 0o100755 << 16 }],
  });
  const { LayerVersionArn } = await fixture.lambda.send(
    new PublishLayerVersionCommand({ LayerName: 'mute', Content: { ZipFile } }),
  );
  const own = await startLambda({ limits: limitsOf('aws-default', { lambdaInitTimeoutMs: 300 }) });
  try {
    await own.lambda.send(new PublishLayerVersionCommand({ LayerName: 'mute', Content: { ZipFile } }));
    await own.deploy('unheard', HANDLER, { Layers: [LayerVersionArn!], Timeout: 1 });
    const { payload } = await own.invoke('unheard');
    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
  } finally {
    await own.stop();
  }
});

it('within the runtime take part too', async () => {
  const source = `
    const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
    const told = [];
    const post = (path, headers, body) => fetch(base + path, { method: 'POST', headers, body });
    const registered = await post('register', { 'Lambda-Extension-Name': 'inner' }, JSON.stringify({ events: ['INVOKE'] }));
    const headers = { 'Lambda-Extension-Identifier': registered.headers.get('lambda-extension-identifier') };
    (async () => { for (;;) told.push((await (await fetch(base + 'event/next', { headers })).json()).requestId); })();
    const refusals = [
      await post('register', {}, '{}'),
      await post('register', { 'Lambda-Extension-Name': 'x' }, '{"events":["OTHER"]}'),
      await fetch(base + 'event/next', { headers: { 'Lambda-Extension-Identifier': 'unknown' } }),
    ].map(({ status }) => status);
    export const handler = async (_event, { awsRequestId }) => {
      while (told.at(-1) !== awsRequestId) await new Promise((go) => setTimeout(go, 5));
      return { refusals, count: told.length };
    };`;
  await fixture.deploy('inner', source);
  expect((await fixture.invoke('inner')).payload).toEqual({ refusals: [403, 400, 403], count: 1 });
  expect((await fixture.invoke('inner')).payload).toEqual({ refusals: [403, 400, 403], count: 2 });
});
