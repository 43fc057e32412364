/**
 * The backend compose: what it asks of `docker compose`, and a scenario on what that brings up. The command is a
 * stand-in with `cosmicai up` behind it; the file itself is brought up for real where compose and its images are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../harness/core/package-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
const command = join(packageRoot(), 'harness/cli/bin.mjs');
const standIn = join(import.meta.dirname, 'compose-stand-in.mjs');
const TINY = join(packageRoot(), 'scenarios/tiny.yaml');
const FILE = join(packageRoot(), 'docker-compose.yml');
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const environment = {
  ...process.env,
  COSMICAI_COMPOSE: `${process.execPath} ${standIn}`,
  COSMICAI_BIN: command,
  STAND_IN_FOLDER: folder,
};
const cosmicai = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], { cwd: folder, env: environment, encoding: 'utf8' });
const calls = () =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);

describe('run --backend compose', () => {
  it('brings the service up, runs there, and takes down what it brought up', () => {
    const { status, stdout, stderr } = cosmicai('run', TINY, '--backend', 'compose');
    expect(stdout + stderr).toMatch(/PASS tiny/);
    expect(status).toBe(0);
    expect(calls()).toEqual(['ps', 'up', 'port', 'down']);
    expect(existsSync(join(folder, 'running.json'))).toBe(false);
  });

  it('leaves a service that was up as it is', () => {
    spawnSync(process.execPath, [standIn, '--file', FILE, 'up', '--detach', '--wait', 'cosmicai'], {
      env: environment,
    });
    rmSync(join(folder, 'calls'));
    const { status } = cosmicai('run', TINY, '--backend', 'compose');
    expect(calls()).toEqual(['ps', 'port']);
    expect(status).toBe(0);
    expect(existsSync(join(folder, 'running.json'))).toBe(true);
    spawnSync(process.execPath, [standIn, '--file', FILE, 'down'], { env: environment });
  });

  it('says in one sentence that compose is not there', () => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [command, 'run', TINY, '--backend', 'compose'],
      { cwd: folder, env: { ...environment, COSMICAI_COMPOSE: 'no-such-compose' }, encoding: 'utf8' },
    );
    expect(stdout + stderr).toMatch(/"no-such-compose" is not to be had/);
    expect(status).toBe(3);
  });
});

const composeIsThere = spawnSync('docker', ['compose', 'version']).status === 0;
if (!composeIsThere)
  console.warn('SKIPPED: docker compose is not installed; nobody asked it to read docker-compose.yml.');

describe.skipIf(!composeIsThere)('docker compose', () => {
  it('reads the file', () => {
    const { status, stdout, stderr } = spawnSync(
      'docker',
      ['compose', '--file', FILE, '--profile', 'all', 'config'],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('stepfunctions-local');
  });
});
