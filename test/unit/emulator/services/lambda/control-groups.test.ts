import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ControlGroups } from '../../../../../harness/emulator/services/lambda/runtime/control-groups.ts';

const groups = new ControlGroups();

/** Folder of this process in the hierarchy of a controller, version 1. */
function ownFolder(controller: string): string | undefined {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((one) => one.split(':')[1]?.split(',').includes(controller));
  return line && join('/sys/fs/cgroup', controller, line.split(':')[2]!);
}

describe.runIf(await groups.isAvailable())('control groups', () => {
  it('end what takes more memory than it may, and tell', async () => {
    const group = (await groups.create(96))!;
    const source = `process.stdin.once('data', () => Buffer.alloc(500 * 1024 * 1024, 1));`;
    const child = spawn(process.execPath, ['-e', source], { stdio: ['pipe', 'ignore', 'ignore'] });
    await group.add(child.pid!);
    expect(group.ranOutOfMemory()).toBe(false);
    child.stdin!.end('go');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(group.ranOutOfMemory()).toBe(true);
    await group.remove();
  });

  it('of a harness that was killed are removed by the next', async () => {
    const folder = ownFolder('memory');
    if (folder === undefined) return;
    const dead = spawnSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim();
    const left = join(folder, `cosmicai-${dead}-0-0`);
    mkdirSync(left);
    await new ControlGroups().isAvailable();
    expect(existsSync(left)).toBe(false);
  });
});
