import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type LaunchInput,
  planLaunch,
} from '../../../../../harness/emulator/services/lambda/runtime/launch.ts';

const path = process.env['PATH'];
const folders: string[] = [];

function interpreterIn(parent: string): string {
  const folder = mkdtempSync(join(parent, 'launch-test-'));
  folders.push(folder);
  writeFileSync(join(folder, 'python3.11'), '');
  process.env['PATH'] = folder;
  return join(folder, 'python3.11');
}

afterEach(() => {
  process.env['PATH'] = path;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const input = (runtime: string) =>
  ({
    functionName: 'f',
    version: {
      runtime,
      handler: 'index.handler',
      memoryMB: 256,
      ephemeralStorageMB: 512,
      version: '$LATEST',
      environment: {},
      loggingConfig: { logGroup: '/aws/lambda/f', logFormat: 'Text' },
    },
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
    taskFolder: '/state/task',
    layerFolder: undefined,
    temporaryFolder: '/state/tmp',
    isolation: { flags: ['--mount'], mountRoot: '/srv', layerRoot: '/opt', overlays: true },
    logStream: 's',
    runtimeApi: '127.0.0.1:2',
    initializationType: 'on-demand',
  }) as unknown as LaunchInput;

describe('planLaunch', () => {
  it('gives a function a mount namespace of its own where the machine allows one', () => {
    const interpreter = interpreterIn('/var/tmp');
    const plan = planLaunch(input('python3.11'));
    expect(plan.command).toBe('unshare');
    expect(plan.args).toContain(interpreter);
    // An interpreter in /var must not be covered by what is laid over it.
    expect(plan.env['LAMBDA_TASK_ROOT']).toBe('/srv/task');
  });

  it('shows the package where AWS does, if nothing that is needed would be covered', () => {
    const plan = planLaunch(input('nodejs20.x'));
    expect(plan.env).toMatchObject({ LAMBDA_TASK_ROOT: '/var/task', LAMBDA_RUNTIME_DIR: '/var/runtime' });
    const inVar = { ...input('nodejs20.x'), taskFolder: '/var/lib/state/task' };
    expect(planLaunch(inVar).env['LAMBDA_TASK_ROOT']).toBe('/srv/task');
  });

  it('leaves an interpreter visible that lies under /tmp', () => {
    const interpreter = interpreterIn('/tmp');
    const plan = planLaunch(input('python3.11'));
    expect(plan.command).toBe('/bin/sh');
    expect(plan.args).toContain(interpreter);
    expect(plan.env['LAMBDA_TASK_ROOT']).toBe('/state/task');
  });
});
