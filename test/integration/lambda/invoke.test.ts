import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, startLambda, zipOf } from './fixture.ts';

const REPORT =
  /^REPORT RequestId: [0-9a-f-]{36}\tDuration: (\d+\.\d\d) ms\tBilled Duration: (\d+) ms\tMemory Size: (\d+) MB\tMax Memory Used: (\d+) MB\t(?:Init Duration: (\d+\.\d\d) ms\t)?(?:Status: (\w+)\t)?(?:Error Type: (\S+)\t)?$/m;

function reportOf(log: string) {
  const match = REPORT.exec(log);
  expect(match, log).not.toBeNull();
  const [, duration, billed, size, used, init, status, errorType] = match!;
  return {
    durationMs: Number(duration),
    billedMs: Number(billed),
    sizeMB: Number(size),
    usedMB: Number(used),
    initMs: init === undefined ? undefined : Number(init),
    status,
    errorType,
  };
}

let fixture: LambdaFixture;

beforeAll(async () => {
  fixture = await startLambda();
});
afterAll(() => fixture.stop());

describe('invocation of a Node function', () => {
  it('answers, logs and reports a cold and a warm start', async () => {
    await fixture.deploy(
      'echo',
      `let calls = 0;
       export const handler = async (event, context) => {
         console.log('seen', event.n);
         console.error('two\\nlines');
         process.stdout.write('plain\\n');
         return { calls: ++calls, pid: process.pid, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() };
       };`,
    );
    const cold = await fixture.invoke('echo', { n: 1 });
    const warm = await fixture.invoke('echo', { n: 2 });
    expect(cold).toMatchObject({ status: 200, functionError: undefined, payload: { calls: 1 } });
    expect(cold.payload).toMatchObject({ arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo' });
    const { left, pid } = cold.payload as { left: number; pid: number };
    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(10_000);
    expect(warm.payload).toMatchObject({ calls: 2, pid });

    const first = reportOf(cold.log);
    const second = reportOf(warm.log);
    expect(first.initMs).toBeGreaterThan(0);
    expect(first.billedMs).toBe(Math.ceil(Number((first.durationMs + first.initMs!).toFixed(2))));
    expect(second.initMs).toBeUndefined();
    expect(second.billedMs).toBe(Math.ceil(second.durationMs));
    expect(first.sizeMB).toBe(128);
    expect(first.usedMB).toBeGreaterThan(20);
    expect(first.usedMB).toBeLessThan(128);

    const messages = await fixture.messages('echo');
    const id = /RequestId: (\S+)/.exec(cold.log)![1]!;
    expect(messages[0]).toMatch(
      /^INIT_START Runtime Version: nodejs:\d+\.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:[\da-f]{64}\n$/,
    );
    // It precedes the invocation, whose log it is no part of.
    expect(cold.log).toMatch(/^START /);
    expect(messages[1]).toBe(`START RequestId: ${id} Version: $LATEST\n`);
    expect(messages[2]).toMatch(new RegExp(`^\\d{4}-.*Z\\t${id}\\tINFO\\tseen 1\\n$`));
    expect(messages[3]).toMatch(/\tERROR\ttwo\nlines\n$/);
    expect(messages[4]).toBe('plain\n');
    expect(messages[5]).toBe(`END RequestId: ${id}\n`);
    expect(messages[6]).toMatch(REPORT);
  });

  it('runs CommonJS, callbacks and their late work', async () => {
    const source = `exports.handler = (event, context, callback) => {
      globalThis.late = (globalThis.late ?? 0);
      setTimeout(() => { globalThis.late++; }, 30);
      callback(null, { late: globalThis.late });
    };`;
    await fixture.deploy('callback', '', { Code: { ZipFile: zipOf({ 'index.js': source }) } });
    expect((await fixture.invoke('callback')).payload).toEqual({ late: 0 });
    // The first invocation was held open until its timer had run.
    expect((await fixture.invoke('callback')).payload).toEqual({ late: 1 });
  });

  it('finds nested handlers and reads no host environment', async () => {
    process.env['COSMICAI_TEST_SECRET'] = 'leaked';
    const source = `export const api = { handler: async () => process.env };`;
    await fixture.deploy('nested', '', {
      Handler: 'src/deep.api.handler',
      Code: { ZipFile: zipOf({ 'src/deep.mjs': source }) },
      Environment: { Variables: { COLOR: 'blue' } },
    });
    const { payload } = await fixture.invoke('nested');
    expect(payload).toMatchObject({
      COLOR: 'blue',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'nested',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL: fixture.emulator.endpoint,
      _HANDLER: 'src/deep.api.handler',
    });
    expect(JSON.stringify(payload)).not.toContain('leaked');
    expect((payload as { AWS_ACCESS_KEY_ID: string }).AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    delete process.env['COSMICAI_TEST_SECRET'];
  });

  it('answers 204 to DryRun and 202 to Event, which runs', async () => {
    await fixture.deploy('event', `export const handler = async (e) => { console.log('ran', e.n); };`);
    expect((await fixture.invoke('event', {}, { InvocationType: 'DryRun', LogType: 'None' })).status).toBe(
      204,
    );
    const accepted = await fixture.invoke('event', { n: 7 }, { InvocationType: 'Event', LogType: 'None' });
    expect(accepted).toMatchObject({ status: 202, payload: undefined });
    await expect
      .poll(() => fixture.messages('event', '"ran 7"').catch(() => []), { timeout: 10_000 })
      .toHaveLength(1);
  });

  it('hands over the client context', async () => {
    await fixture.deploy('context', `export const handler = async (e, c) => c.clientContext;`);
    const ClientContext = Buffer.from(JSON.stringify({ custom: { who: 'test' } })).toString('base64');
    expect((await fixture.invoke('context', {}, { ClientContext })).payload).toEqual({
      custom: { who: 'test' },
    });
  });

  it('carries six megabytes in and out, and refuses more', async () => {
    await fixture.deploy('large', `export const handler = async (e) => 'x'.repeat(e.n ?? e.text.length);`, {
      MemorySize: 512,
    });
    const text = 'y'.repeat(6 * 1024 * 1024 - 100);
    expect(((await fixture.invoke('large', { text })).payload as string).length).toBe(text.length);
    await expect(fixture.invoke('large', { text: `${text}${'y'.repeat(200)}` })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    const big = await fixture.invoke('large', { n: 7_000_000 });
    expect(big).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  it('refuses what is not there and what is not JSON', async () => {
    await expect(fixture.invoke('nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST',
    });
    await expect(fixture.invoke('large', {}, { Payload: '{' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });
});

describe('failures of a Node function', () => {
  it('tells what the handler threw', async () => {
    await fixture.deploy(
      'throws',
      `export const handler = async () => { throw new TypeError('bad input'); };`,
    );
    const { functionError, payload, log } = await fixture.invoke('throws');
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'bad input' });
    expect((payload as { trace: string[] }).trace[0]).toBe('TypeError: bad input');
    expect(log).toMatch(/\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"bad input"/);
    expect(reportOf(log).status).toBeUndefined();
  });

  it('ends a function that runs out of time, busy or waiting, and starts afresh', async () => {
    await fixture.deploy(
      'slow',
      `const id = crypto.randomUUID();
       export const handler = async (e) => {
         console.log('begun');
         if (e.busy) for (;;);
         if (e.wait) await new Promise((done) => setTimeout(done, 60_000));
         return id;
       };`,
      { Timeout: 1 },
    );
    const before = (await fixture.invoke('slow')).payload;
    for (const event of [{ busy: true }, { wait: true }]) {
      const { functionError, payload, log } = await fixture.invoke('slow', event);
      const id = /RequestId: (\S+)/.exec(log)![1]!;
      expect(functionError).toBe('Unhandled');
      expect(payload).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
      });
      expect(log).toContain('\tINFO\tbegun');
      expect(log).toMatch(new RegExp(`Z ${id} Task timed out after 1\\.00 seconds\\n`));
      expect(reportOf(log)).toMatchObject({ durationMs: 1000, status: 'timeout' });
    }
    const after = await fixture.invoke('slow');
    expect(after.functionError).toBeUndefined();
    expect(after.payload).not.toBe(before);
  });

  it('kills a function that outgrows its memory', async () => {
    await fixture.deploy(
      'hungry',
      `export const handler = async (e) => {
         const all = [];
         for (let i = 0; i < e.mb; i++) all.push(Buffer.alloc(1024 * 1024, 1));
         return all.length;
       };`,
    );
    const { payload, log } = await fixture.invoke('hungry', { mb: 4096 });
    const id = /RequestId: (\S+)/.exec(log)![1]!;
    expect(payload).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `RequestId: ${id} Error: Runtime exited with error: signal: killed`,
    });
    expect(reportOf(log)).toMatchObject({ usedMB: 128, status: 'error', errorType: 'Runtime.OutOfMemory' });
    expect((await fixture.invoke('hungry', { mb: 10 })).payload).toBe(10);
  });

  it('tells of a process that exits, and of an error nobody caught', async () => {
    await fixture.deploy(
      'exits',
      `export const handler = async (e) => {
         if (e.code !== undefined) process.exit(e.code);
         if (e.late) setTimeout(() => { throw new RangeError('thrown late'); }, 5);
         if (e.reject) Promise.reject(new Error('lost'));
         if (e.late || e.reject) await new Promise((done) => setTimeout(done, 5_000));
         return 'fine';
       };`,
    );
    const invoke = async (event: object) => (await fixture.invoke('exits', event)).payload;
    expect(await invoke({ code: 0 })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Runtime exited without providing a reason$/,
      ),
    });
    expect(await invoke({ code: 3 })).toMatchObject({
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: exit status 3$/),
    });
    expect(await invoke({ late: true })).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'thrown late',
    });
    expect(await invoke({ reject: true })).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
    // None of the dying processes was given another event.
    expect(await invoke({})).toBe('fine');
  });

  it.each([
    ['no module', { 'other.mjs': '' }, 'Runtime.ImportModuleError', /Cannot find module 'index'/],
    [
      'no handler',
      { 'index.mjs': 'export const other = 1;' },
      'Runtime.HandlerNotFound',
      /index\.handler is undefined or not exported/,
    ],
    ['bad syntax', { 'index.js': 'exports.handler = = 1' }, 'Runtime.UserCodeSyntaxError', /^SyntaxError: /],
    ['throws on load', { 'index.mjs': `throw new Error('no config')` }, 'Error', /^no config$/],
    ['exits on load', { 'index.mjs': 'process.exit(4)' }, 'Runtime.ExitError', /exit status 4$/],
  ])('reports an init that fails: %s', async (title, files, errorType, message) => {
    const name = title.replaceAll(' ', '-');
    await fixture.deploy(name, '', { Code: { ZipFile: zipOf(files as { [name: string]: string }) } });
    const { functionError, payload } = await fixture.invoke(name);
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    expect(
      (await fixture.messages(name, 'INIT_REPORT')).map((line) => /Phase: (\w+)/.exec(line)?.[1]),
    ).toEqual(['init', 'invoke']);
  });
});

// Recorded 2025-11: every printed line is an event of its own.
it('a Python function logs an event for every printed line', async () => {
  await fixture.deploy('lines', '', {
    Runtime: 'python3.11',
    Code: {
      ZipFile: zipOf({
        'index.py': 'def handler(event, context):\n    print("multi\\nline")\n    print("a\\n\\nb", end="")',
      }),
    },
  });
  expect((await fixture.invoke('lines')).functionError).toBeUndefined();
  const printed = (await fixture.messages('lines')).filter(
    (message) => !/^(?:INIT_START|START|END|REPORT) /.test(message),
  );
  expect(printed).toEqual(['multi\n', 'line\n', 'a\n', '\n', 'b']);
});
