import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Interpreters } from '../../../../../harness/emulator/services/lambda/runtime/interpreters.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'interpreters-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A program that is a script: it does what a shim of a version manager does. */
async function script(path: string, body: string): Promise<string> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A program that is no script. */
async function binary(path: string): Promise<string> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await symlink(process.execPath, file);
  return file;
}

const here = (runtime: string, ...folders: string[]) =>
  new Interpreters(folders.map((folder) => join(root, folder)).join(delimiter)).of(runtime);
const found = async (runtime: string, ...folders: string[]) => (await here(runtime, ...folders)).program;

describe('the interpreter of a runtime', () => {
  it('is the program of its version, wherever on the PATH', async () => {
    await binary('a/python3');
    const exact = await binary('b/python3.12');
    expect(await found('python3.12', 'a', 'b')).toBe(exact);
  });

  it('is any Python where its version is not to be had', async () => {
    const any = await binary('a/python3');
    expect(await found('python3.12', 'a')).toBe(any);
  });

  it('is what stands behind a shim', async () => {
    await script('shims/python3.11', 'echo /opt/versions/3.11.7/bin/python3.11');
    expect(await found('python3.11', 'shims')).toBe('/opt/versions/3.11.7/bin/python3.11');
  });

  it('is no shim that refuses, where another folder has a program', async () => {
    await script('shims/python3.11', 'exit 127');
    const exact = await binary('bin/python3.11');
    expect(await found('python3.11', 'shims', 'bin')).toBe(exact);
  });

  it.each(['versions', 'installs/python'])(
    'is the newest in %s beside a shim that refuses',
    async (folder) => {
      await script('shims/python3.12', 'exit 127');
      await binary(`${folder}/3.12.1/bin/python3.12`);
      const newest = await binary(`${folder}/3.12.10/bin/python3.12`);
      await mkdir(join(root, folder, '3.13.0/bin'), { recursive: true });
      expect(await found('python3.12', 'shims')).toBe(newest);
    },
  );

  it('is none for Node, for bootstraps, and where there is no Python', async () => {
    expect(await found('nodejs22.x', 'a')).toBeUndefined();
    expect(await found('provided.al2023', 'a')).toBeUndefined();
    expect(await found('python3.12', 'a')).toBeUndefined();
  });

  it('is looked for again when there was none', async () => {
    const interpreters = new Interpreters(join(root, 'a'));
    expect(await interpreters.of('python3.12')).toEqual({});
    const late = await binary('a/python3.12');
    expect(await interpreters.of('python3.12')).toEqual({ program: late });
  });

  it('comes with boto3 of another Python, the first on the PATH that has it', async () => {
    await binary('a/bin/python3.12');
    await mkdir(join(root, 'a/lib/python3.12/site-packages'), { recursive: true });
    await script('shims/python3.11', 'exit 127');
    const modules = 'versions/3.11.7/lib/python3.11/site-packages';
    await mkdir(join(root, modules, 'boto3'), { recursive: true });
    await writeFile(join(root, modules, 'boto3/__init__.py'), '');
    expect((await here('python3.12', 'a/bin', 'shims')).boto3Folder).toBe(join(root, modules));
  });
});
