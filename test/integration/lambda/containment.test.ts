/**
 * What a hostile function tries, from Node and from Python, under every way of containment that this machine allows.
 * Each attack is one row: all are refused.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Isolation } from '../../../harness/emulator/services/lambda/runtime/contained-command.ts';
import {
  describeIsolation,
  isolationFor,
  probe,
} from '../../../harness/emulator/services/lambda/runtime/isolation.ts';
import { type LambdaFixture, startLambda, zipOf } from './fixture.ts';

const PATH = process.env['PATH'] ?? '';
const user: Isolation = { kind: 'namespaces', hasUserNamespace: true };
const root: Isolation = { kind: 'namespaces', hasUserNamespace: false };
const ways = [
  { name: 'bubblewrap', found: await probe([], PATH) },
  { name: 'user namespaces', found: await probe([user], '/usr/bin:/bin') },
  { name: 'namespaces of root', found: await probe([root], '/usr/bin:/bin') },
];

const LANGUAGES = {
  Node: { Runtime: 'nodejs20.x', Handler: 'attacks.handler', file: 'attacks.mjs' },
  Python: { Runtime: 'python3.11', Handler: 'attacks.handler', file: 'attacks.py' },
} as const;

const source = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

/** Processes of this machine with such an argument. */
const processesWith = (argument: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
      } catch {
        return false;
      }
    });

describe.each(ways)('a function contained by $name', ({ name, found }) => {
  const wanted = name === 'bubblewrap' ? 'bubblewrap' : 'namespaces';
  if (found.isolation?.kind !== wanted) {
    it.skip('is not possible on this machine', () => {});
    return;
  }
  const { isolation } = found;
  let fixture: LambdaFixture;
  let outside: string;
  const attack = async (language: string, event: object) =>
    (await fixture.invoke(language, event)).payload as { done?: unknown; refused?: string };

  beforeAll(async () => {
    fixture = await startLambda({ lambda: { isolation } });
    outside = mkdtempSync(join(tmpdir(), 'cosmicai-outside-'));
    writeFileSync(join(outside, 'secret'), 'aws_secret_access_key');
    process.env['COSMICAI_TEST_SECRET'] = 'of the harness';
    for (const [language, { file, ...options }] of Object.entries(LANGUAGES)) {
      await fixture.deploy(language, '', {
        ...options,
        Code: { ZipFile: zipOf({ [file]: source(file) }) },
        MemorySize: 4096,
        Timeout: 30,
        Environment: { Variables: { MINE: "it's $HOME" } },
      });
    }
    await fixture.deploy('victim', 'export const handler = async () => process.env.AWS_LAMBDA_RUNTIME_API;');
  });
  afterAll(async () => {
    delete process.env['COSMICAI_TEST_SECRET'];
    await fixture?.stop();
    rmSync(outside, { recursive: true, force: true });
  });

  describe.each(Object.keys(LANGUAGES))('in %s', (language) => {
    it.each([
      ['a file of this machine', () => ({ attack: 'read', path: join(outside, 'secret') })],
      ['the password file', () => ({ attack: 'read', path: '/etc/shadow' })],
      ['the state folder', () => ({ attack: 'list', path: fixture.emulator.stateDir })],
      ['the project', () => ({ attack: 'list', path: process.cwd() })],
      ['the environment of the harness', () => ({ attack: 'read', path: `/proc/${process.pid}/environ` })],
      ['a disk', () => ({ attack: 'run', argv: ['mknod', '/tmp/disk', 'b', '8', '0'] })],
    ])('cannot read %s', async (_what, event) => {
      expect(await attack(language, event())).toEqual({ refused: expect.anything() });
    });

    it.each([
      ['its package', '/var/task/evil'],
      ['its runtime', '/var/runtime/evil'],
      ['the root', '/evil'],
      ['programs', '/usr/local/evil'],
      ['the name service', '/etc/hosts'],
    ])('cannot write %s', async (_what, path) => {
      expect(await attack(language, { attack: 'write', path })).toEqual({ refused: expect.anything() });
    });

    it.each(['/proc/sys/kernel/hostname', '/proc/sys/kernel/core_pattern', '/proc/sys/vm/swappiness'])(
      'cannot write %s',
      async (path) => {
        // What stands there already: a containment that fails must not do harm.
        expect(await attack(language, { attack: 'rewrite', path })).toEqual({
          refused: expect.stringMatching(/EROFS|EACCES|EPERM|OSError|PermissionError/),
        });
      },
    );

    it('finds nothing of this machine behind process 1', async () => {
      const of1 = await attack(language, { attack: 'list', path: '/proc/1/root/' });
      if (of1.refused === undefined)
        expect(of1.done).toEqual((await attack(language, { attack: 'list', path: '/' })).done);
      const { done = '' } = await attack(language, { attack: 'read', path: '/proc/1/environ' });
      expect(Buffer.from(done as string, 'hex').toString()).not.toContain('COSMICAI_TEST_SECRET');
    });

    it('sees and signals its own processes only', async () => {
      const { done } = await attack(language, { attack: 'list', path: '/proc' });
      const pids = (done as string[]).map(Number).filter((pid) => pid > 0);
      expect(pids.length).toBeLessThanOrEqual(3);
      expect(await attack(language, { attack: 'signal', pid: process.pid })).toEqual({
        refused: expect.stringMatching(/ESRCH|ProcessLookupError/),
      });
    });

    it.each([
      ['mount', ['mount', '-t', 'tmpfs', 'tmpfs', '/var/task']],
      ['remount', ['mount', '-o', 'remount,bind,rw', '/usr']],
      ['unmount', ['umount', '/tmp']],
      ['change its root', ['chroot', '/tmp', '/bin/true']],
      ['enter a namespace of its own', ['unshare', '--user', '--map-root-user', 'true']],
      ['enter the namespaces of process 1', ['nsenter', '--target', '1', '--mount', 'true']],
    ])('cannot %s', async (_what, argv) => {
      // Without a user namespace of its own it may make one, in which nothing is gained.
      if (!isolation.hasUserNamespace && argv[0] === 'unshare')
        argv = ['unshare', '--user', '--map-root-user', '--mount', 'umount', '/usr'];
      if (isolation.kind === 'bubblewrap' && argv[0] === 'unshare')
        argv = ['unshare', '--user', '--map-root-user', '--mount', 'umount', '/usr'];
      expect(await attack(language, { attack: 'run', argv })).toEqual({ refused: expect.anything() });
    });

    it('cannot take the invocations of another function', async () => {
      const address = (await fixture.invoke('victim')).payload;
      expect(await attack(language, { attack: 'runtimeApi', address })).toEqual({ done: 403 });
      expect((await fixture.invoke('victim')).payload).toBe(address);
    });

    it('cannot fork without end', async () => {
      expect(await attack(language, { attack: 'fork', count: 1500 })).toEqual({ refused: expect.anything() });
      expect(await attack(language, { attack: 'run', argv: ['echo', 'on'] })).toEqual({ done: 'on\n' });
    });

    it('has the variables of AWS and its own, as they were set', async () => {
      const { done } = await attack(language, { attack: 'environment' });
      const env = done as { [name: string]: string };
      expect(env).toMatchObject({ MINE: "it's $HOME", LAMBDA_TASK_ROOT: '/var/task', HOME: '/tmp' });
      const known =
        /^(?:AWS_|_?AWS_XRAY_|_X_AMZN_|LAMBDA_|LANG$|TZ$|PATH$|LD_LIBRARY_PATH$|_HANDLER$|HOME$|TMPDIR$|PWD$|NODE_PATH$|PYTHON|MINE$|LC_CTYPE$|SHLVL$|_$)/;
      expect(Object.keys(env).filter((key) => !known.test(key))).toEqual([]);
    });

    it('leaves no daemon behind when it is deleted', async () => {
      const seconds = `${6000 + process.pid}.${language === 'Node' ? 1 : 2}`;
      expect(await attack(language, { attack: 'daemon', seconds })).toEqual({ done: expect.any(Number) });
      expect(processesWith(seconds)).toHaveLength(1);
      await fixture.lambda.send(new DeleteFunctionCommand({ FunctionName: language }));
      await expect.poll(() => processesWith(seconds), { timeout: 5_000 }).toEqual([]);
    });
  });
});

describe('without containment', () => {
  it('says so in one sentence', () => {
    expect(describeIsolation({ reason: 'darwin has no namespaces' })).toBe(
      "Functions are not isolated (darwin has no namespaces): they can read this machine's files and signal its processes.",
    );
  });

  it('does not start a function when it is required', async () => {
    const found = await probe([], '');
    expect(found).toMatchObject({ reason: expect.any(String) });
    expect(await isolationFor('none')).toBeUndefined();
    expect(existsSync('/proc/self')).toBe(true);
  });
});
