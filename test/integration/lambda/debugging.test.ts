import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { liveSources } from '../../../harness/cli/live-bundle.ts';
import { liveFolder } from '../../../harness/emulator/services/lambda/code/live-folder.ts';
import { startLambda } from './fixture.ts';
import { InspectorClient } from './inspector.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const SOURCE = `let calls = 0;
export const handler = async (event) => {
  const doubled = event.n * 2;
  return { doubled, calls: ++calls };
};
`;

describe('a debugger', () => {
  it('attaches before the first call, stops at a breakpoint, and nobody hurries it', async () => {
    const port = await freePort();
    const fixture = await startLambda({ lambda: { inspect: { functions: { debugged: { port } } } } });
    try {
      await fixture.deploy('debugged', SOURCE, { Timeout: 1 });
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${port}/json/version`).then(
              ({ status }) => status,
              () => 0,
            ),
          {
            timeout: 20_000,
          },
        )
        .toBe(200);
      const inspector = await InspectorClient.attach(port);
      await inspector.call('Debugger.enable');
      await inspector.call('Debugger.setBreakpointByUrl', { urlRegex: 'index\\.mjs$', lineNumber: 3 });
      const running = [fixture.invoke('debugged', { n: 21 }), fixture.invoke('debugged', { n: 1 })];
      const { callFrames } = await inspector.event<{ callFrames: { callFrameId: string }[] }>(
        'Debugger.paused',
      );
      const { result } = await inspector.call<{ result: { value: number } }>('Debugger.evaluateOnCallFrame', {
        callFrameId: callFrames[0]!.callFrameId,
        expression: 'doubled',
      });
      expect([42, 2]).toContain(result.value);
      // Longer than the function's timeout.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await inspector.call('Debugger.disable');
      const answers = (await Promise.all(running)).map(({ payload }) => payload as { calls: number });
      expect(answers.map(({ calls }) => calls).sort()).toEqual([1, 2]);
      inspector.close();
      // A changed function takes the port over.
      await fixture.lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'debugged', Description: 'changed' }),
      );
      await fixture.ready('debugged');
      expect((await fixture.invoke('debugged', { n: 1 })).payload).toEqual({ doubled: 2, calls: 1 });
      await (await InspectorClient.attach(port)).close();
    } finally {
      await fixture.stop();
    }
    await expect(fetch(`http://127.0.0.1:${port}/json/list`)).rejects.toThrow();
  });

  it('is waited for when that is asked for', async () => {
    const port = await freePort();
    const fixture = await startLambda({
      lambda: { inspect: { functions: { waiting: { port, waits: true } } } },
    });
    try {
      await fixture.deploy('waiting', SOURCE);
      let isDone = false;
      const running = fixture.invoke('waiting', { n: 1 }).finally(() => {
        isDone = true;
      });
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${port}/json/list`).then(
              ({ status }) => status,
              () => 0,
            ),
          {
            timeout: 20_000,
          },
        )
        .toBe(200);
      expect(isDone).toBe(false);
      const inspector = await InspectorClient.attach(port);
      await inspector.call('Runtime.runIfWaitingForDebugger');
      expect((await running).payload).toEqual({ doubled: 2, calls: 1 });
      inspector.close();
    } finally {
      await fixture.stop();
    }
  });
});

describe('code that is worked on', () => {
  it('is taken up by the next invocation, as it stands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    const write = (n: number) =>
      writeFileSync(join(folder, 'index.mjs'), `export const handler = async () => ${n};${' '.repeat(n)}`);
    write(1);
    const fixture = await startLambda({ lambda: { live: { edited: liveFolder(folder) } } });
    try {
      await fixture.deploy('edited', 'export const handler = async () => "the package";');
      expect((await fixture.invoke('edited')).payload).toBe(1);
      const warm = await fixture.invoke('edited');
      expect(warm.log).not.toContain('Init Duration');
      write(2);
      expect((await fixture.invoke('edited')).payload).toBe(2);
    } finally {
      await fixture.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('is bundled when it is TypeScript, and tells what does not compile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    const write = (text: string) => writeFileSync(join(folder, 'index.ts'), text);
    write('export const handler = async (event: { n: number }): Promise<number> => event.n + 1;');
    const { code, close } = liveSources(folder);
    const fixture = await startLambda({ lambda: { live: { typed: code } } });
    try {
      await fixture.deploy('typed', '');
      expect((await fixture.invoke('typed', { n: 41 })).payload).toBe(42);
      write('export const handler = async (event: { n: number }) => event.n +;');
      expect((await fixture.invoke('typed', { n: 41 })).payload).toMatchObject({
        errorType: 'Runtime.UserCodeSyntaxError',
        errorMessage: expect.stringContaining('Unexpected ";"'),
      });
      write('export const handler = async (event: { n: number }) => event.n + 2;');
      expect((await fixture.invoke('typed', { n: 41 })).payload).toBe(43);
    } finally {
      await fixture.stop();
      close();
      rmSync(folder, { recursive: true });
    }
  });
});
