import { describe, expect, it } from 'vitest';
import {
  type LaunchInput,
  planLaunch,
} from '../../../../../harness/emulator/services/lambda/runtime/launch.ts';

const input = (runtime: string, program?: string) =>
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
    python: program === undefined ? {} : { program },
    extensions: [],
    isolation: { flags: ['--mount'], mountRoot: '/srv', layerRoot: '/opt', overlays: true },
    logStream: 's',
    runtimeApi: '127.0.0.1:2',
    initializationType: 'on-demand',
  }) as unknown as LaunchInput;

describe('planLaunch', () => {
  it('gives a function a mount namespace of its own where the machine allows one', () => {
    const interpreter = '/var/lib/python/bin/python3.11';
    const plan = planLaunch(input('python3.11', interpreter));
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
    const interpreter = '/tmp/venv/bin/python3.11';
    const plan = planLaunch(input('python3.11', interpreter));
    expect(plan.command).toBe('/bin/sh');
    expect(plan.args).toContain(interpreter);
    expect(plan.env['LAMBDA_TASK_ROOT']).toBe('/state/task');
  });

  it('shows modules of AWS elsewhere that lie under the /tmp which is covered', () => {
    const given = input('python3.11', '/usr/bin/python3.11');
    const under = (boto3Folder: string) =>
      planLaunch({ ...given, python: { program: '/usr/bin/python3.11', boto3Folder } });
    const covered = under('/tmp/venv/lib/python3.11/site-packages');
    expect(covered.args).toContain('/tmp/venv/lib/python3.11/site-packages');
    expect(covered.env['_LAMBDA_BOTO3_FOLDER']).toBe('/var/modules/node_modules');
    const seen = under('/usr/lib/python3/dist-packages');
    expect(seen.args).not.toContain('/usr/lib/python3/dist-packages');
    expect(seen.env['_LAMBDA_BOTO3_FOLDER']).toBe('/usr/lib/python3/dist-packages');
  });
});
