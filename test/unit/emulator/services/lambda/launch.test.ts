import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Isolation } from '../../../../../harness/emulator/services/lambda/runtime/contained-command.ts';
import { parseMountInfo } from '../../../../../harness/emulator/services/lambda/runtime/host-mounts.ts';
import {
  type LaunchInput,
  planLaunch,
} from '../../../../../harness/emulator/services/lambda/runtime/launch.ts';
import {
  modulesView,
  rootViewOf,
  Skeletons,
  shownInterpreter,
} from '../../../../../harness/emulator/services/lambda/runtime/root-view.ts';

// Not below /tmp, which contained functions do not see.
const folder = mkdtempSync('/var/tmp/cosmicai-launch-');
const temporary = mkdtempSync('/tmp/cosmicai-launch-');
afterAll(() => {
  for (const path of [folder, temporary]) rmSync(path, { recursive: true, force: true });
});
const made = (...path: string[]) => {
  const full = join(folder, ...path);
  mkdirSync(full, { recursive: true });
  return full;
};
const program = (path: string) => {
  made(path, '..');
  writeFileSync(join(folder, path), '#!/bin/sh\n');
  chmodSync(join(folder, path), 0o755);
  return join(folder, path);
};

const input = (isolation: Isolation | undefined, changes: object = {}): LaunchInput =>
  ({
    functionName: 'f',
    version: {
      runtime: 'nodejs20.x',
      handler: 'index.handler',
      memoryMB: 256,
      ephemeralStorageMB: 600,
      version: '$LATEST',
      environment: { LD_PRELOAD: '/var/task/evil.so', PATH: '/var/task', QUOTED: `a'b "$HOME"` },
      loggingConfig: { LogGroup: '/aws/lambda/f', LogFormat: 'Text' },
    },
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
    taskFolder: made('task'),
    layerFolder: undefined,
    layerEntries: [],
    temporaryFolder: made('sandbox'),
    skeletons: new Skeletons(join(folder, 'roots')),
    hidden: [],
    python: {},
    extensions: [],
    isolation,
    logStream: 's',
    runtimeApi: { address: '127.0.0.1:2', key: 'k' },
    initializationType: 'on-demand',
    ...changes,
  }) as unknown as LaunchInput;

const view = (changes: object = {}) =>
  rootViewOf({
    taskFolder: made('task'),
    runtimeFolder: made('runtime'),
    layerFolder: undefined,
    layerEntries: [],
    interpreter: undefined,
    modules: undefined,
    temporaryMB: 512,
    hidden: [],
    ...changes,
  });
const targets = (changes: object = {}) => view(changes).mounts.map(({ to }) => to);

describe('planLaunch', () => {
  it.each<Isolation>([
    { kind: 'namespaces', hasUserNamespace: true },
    { kind: 'bubblewrap', program: '/usr/bin/bwrap', hasUserNamespace: true },
  ])('keeps the variables of a function from programs outside of its view: $kind', (isolation) => {
    const plan = planLaunch(input(isolation));
    expect(Object.keys(plan.env).sort()).toEqual(['FUNCTION_ENVIRONMENT', 'PATH']);
    expect(plan.env['PATH']).not.toContain('/var/task');
    expect(plan.env['FUNCTION_ENVIRONMENT']).toContain("export LD_PRELOAD='/var/task/evil.so'\n");
    expect(plan.env['FUNCTION_ENVIRONMENT']).toContain(`export QUOTED='a'\\''b "$HOME"'\n`);
    expect(plan.env['FUNCTION_ENVIRONMENT']).toContain("export LAMBDA_TASK_ROOT='/var/task'\n");
    expect(plan.args.join(' ')).not.toContain('evil');
  });

  it('starts a plain process where nothing else is possible', () => {
    const plan = planLaunch(input(undefined));
    expect(plan).toMatchObject({ command: '/bin/sh', containment: 'none', cwd: join(folder, 'task') });
    expect(plan.env).toMatchObject({
      LAMBDA_TASK_ROOT: join(folder, 'task'),
      TMPDIR: join(folder, 'sandbox/tmp'),
    });
  });

  it('writes a table in which names with blanks are escaped', () => {
    const taskFolder = made('a task #1');
    planLaunch(input({ kind: 'namespaces', hasUserNamespace: true }, { taskFolder }));
    const table = readFileSync(join(folder, 'sandbox/mounts'), 'utf8');
    expect(table).toContain('/a\\040task\\040\\0431 ');
    expect(table).toMatch(/^tmpfs \S+\/tmp tmpfs size=600m,mode=1777,nosuid,nodev 0 0$/m);
    for (const line of table.trim().split('\n')) expect(line.split(' ')).toHaveLength(6);
  });
});

describe('rootViewOf', () => {
  it('shows system folders, the package and the runtime, and no home folder', () => {
    expect(targets()).toEqual(
      expect.arrayContaining(['/usr', '/var/task', '/var/runtime', '/tmp', '/dev/null']),
    );
    expect(
      targets().filter((path) => /^\/(?:root|home|srv|mnt|run|var\/(?!task|runtime))/.test(path)),
    ).toEqual([]);
  });

  it('shows an interpreter outside of the system folders at its own path', () => {
    const interpreter = program('python/bin/python3.11');
    expect(targets({ interpreter })).toContain(join(folder, 'python'));
  });

  it('shows a virtual environment and the interpreter it was made from', () => {
    const base = program('base/bin/python3.11');
    made('venv/bin');
    symlinkSync(base, join(folder, 'venv/bin/python3'));
    const shown = targets({ interpreter: join(folder, 'venv/bin/python3') });
    expect(shown).toEqual(expect.arrayContaining([join(folder, 'venv'), join(folder, 'base')]));
  });

  it('hides the state folder inside a folder that it shows', () => {
    const interpreter = program('tools/bin/node');
    const state = made('tools/state');
    const { mounts } = view({ interpreter, hidden: [state] });
    expect(mounts.filter(({ to }) => to === state)).toEqual([
      { kind: 'read-only', from: '/.empty', to: state },
    ]);
    expect(targets({ hidden: [state] })).not.toContain(state);
  });

  it('shows an interpreter below /tmp in /var/lang, without the state folder beside it', () => {
    for (const path of ['python/bin', 'python/state']) mkdirSync(join(temporary, path), { recursive: true });
    const interpreter = join(temporary, 'python/bin/python3.11');
    writeFileSync(interpreter, '#!/bin/sh\n');
    const state = join(temporary, 'python/state');
    const { mounts } = view({ interpreter, hidden: [state] });
    expect(mounts).toEqual(
      expect.arrayContaining([
        { kind: 'read-only', from: join(temporary, 'python'), to: '/var/lang' },
        { kind: 'read-only', from: '/.empty', to: '/var/lang/state' },
      ]),
    );
    expect(shownInterpreter(interpreter).inside).toBe('/var/lang/bin/python3.11');
  });

  it('takes the interpreter behind a virtual environment below /tmp', () => {
    const base = program('other/bin/python3.11');
    mkdirSync(join(temporary, 'venv/bin'), { recursive: true });
    symlinkSync(base, join(temporary, 'venv/bin/python3'));
    expect(shownInterpreter(join(temporary, 'venv/bin/python3'))).toEqual({ program: base, inside: base });
  });

  it('shows a program right below /tmp alone', () => {
    mkdirSync('/tmp/bin', { recursive: true });
    const alone = '/tmp/bin/cosmicai-launch-program';
    writeFileSync(alone, '#!/bin/sh\n');
    const { mounts } = view({ interpreter: alone });
    rmSync(alone);
    expect(mounts).toContainEqual({
      kind: 'read-only',
      from: alone,
      to: '/var/lang/bin/cosmicai-launch-program',
    });
  });

  it('leaves the name service to the names it is given', () => {
    const { files, mounts } = view({ hosts: '127.0.0.1 localhost\n' });
    expect(files['/etc/hosts']).toBe('127.0.0.1 localhost\n');
    expect(mounts.map(({ to }) => to)).not.toContain('/etc/resolv.conf');
  });

  it('shows the store of pnpm with modules that link into it', () => {
    expect(modulesView('/p/node_modules/.pnpm/@aws-sdk+client-s3@3/node_modules')).toEqual({
      folder: '/p/node_modules',
      path: '/var/modules/node_modules',
      inside: '/var/modules/node_modules/.pnpm/@aws-sdk+client-s3@3/node_modules',
    });
    expect(modulesView('/p/node_modules').inside).toBe('/var/modules/node_modules');
  });
});

describe('Skeletons', () => {
  it('makes the mount points of a view once', () => {
    const skeletons = new Skeletons(join(folder, 'skeletons'));
    const first = skeletons.of(view());
    expect(skeletons.of(view())).toBe(first);
    expect(readdirSync(join(first, 'var')).sort()).toEqual(['runtime', 'task']);
    expect(readFileSync(join(first, 'etc/passwd'), 'utf8')).toMatch(/^root:x:0:0:/);
    expect(skeletons.of(view({ interpreter: program('other/bin/node') }))).not.toBe(first);
  });
});

describe('parseMountInfo', () => {
  it('reads paths and the flags that must be kept', () => {
    const text =
      '36 35 98:0 /mnt1 /mnt\\040two rw,nosuid,nodev,relatime master:1 - ext3 /dev/root rw,errors=continue\n';
    expect(parseMountInfo(text)).toEqual([{ path: '/mnt two', flags: ['nosuid', 'nodev', 'relatime'] }]);
  });
});
