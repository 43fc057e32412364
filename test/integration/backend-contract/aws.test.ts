/**
 * The backend for real accounts, with the embedded emulator as the account: reached by AWS_ENDPOINT_URL, signatures
 * verified, policies enforced, and a role that has exactly the documented policy.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { awsBackend } from '../../../harness/backends/aws/aws.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { runScenario } from '../../../harness/index.ts';
import { resultsOf } from '../../../harness/packs/redshift/evidence/results.ts';

const command = join(packageRoot(), 'harness/cli/bin.mjs');
const TINY = join(packageRoot(), 'scenarios/tiny.yaml');
const POLICY = readFileSync(join(packageRoot(), 'harness/backends/aws/aws-policy.json'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'aws-backend-'));
const before = { ...process.env };

let account: Emulator;
let owner: AwsClients;
/** Of the session that has the documented rights and no others. */
let environment: Record<string, string>;

beforeAll(async () => {
  account = await startEmulator({ port: 0, iam: { enforcement: 'enforce' }, verifySignatures: true });
  owner = clientsFor({
    region: account.region,
    endpoints: singleEndpoint(account.endpoint),
    credentials: account.iam.rootKey(),
  });
  await owner.iam.send(
    new CreateRoleCommand({
      RoleName: 'harness',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account.accountId}:root` },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
  await owner.iam.send(
    new PutRolePolicyCommand({ RoleName: 'harness', PolicyName: 'documented', PolicyDocument: POLICY }),
  );
  const { Credentials } = await owner.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account.accountId}:role/harness`,
      RoleSessionName: 'test',
    }),
  );
  environment = {
    AWS_ENDPOINT_URL: account.endpoint,
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  };
  Object.assign(process.env, environment);
});

afterAll(async () => {
  for (const name of Object.keys(environment ?? {})) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  owner?.close();
  await account?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The command line in a process of its own; the account is in this one, which must not wait idly. */
function cosmicai(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn('node', [command, ...args], { cwd: folder, env: { ...process.env, ...environment } });
  const told = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    told.stdout += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    told.stderr += bytes;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...told })));
}

/** Everything in the account but the role that the tests themselves need. */
async function whatIsThere(): Promise<string[]> {
  const [buckets, functions, machines, roles, groups] = await Promise.all([
    owner.s3.send(new ListBucketsCommand({})),
    owner.lambda.send(new ListFunctionsCommand({})),
    owner.stepfunctions.send(new ListStateMachinesCommand({})),
    owner.iam.send(new ListRolesCommand({})),
    owner.logs.send(new DescribeLogGroupsCommand({})),
  ]);
  return [
    ...(buckets.Buckets ?? []).map(({ Name }) => `bucket ${Name}`),
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(machines.stateMachines ?? []).map(({ name }) => `machine ${name}`),
    ...(roles.Roles ?? [])
      .filter(({ RoleName }) => RoleName !== 'harness')
      .map((one) => `role ${one.RoleName}`),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => `log group ${logGroupName}`),
  ];
}

const notes = (workspace: string) => {
  const path = join(workspace, 'deployments');
  return existsSync(path) ? readdirSync(path) : [];
};

describe('the aws backend', () => {
  afterEach(async () => expect(await whatIsThere()).toEqual([]));

  it('deploys, runs, collects and removes with the documented rights, and leaves nothing', async () => {
    const workspace = join(folder, 'workspace');
    const shown: string[] = [];
    const made: string[] = [];
    const { passed, outcomes, errors } = await runScenario(TINY, {
      backend: awsBackend({ show: (text) => shown.push(text) }),
      workspace,
      async onProgress(event) {
        if (event.kind !== 'stage' || event.stage !== 'collect') return;
        made.push(...(await whatIsThere()));
      },
    });
    expect(errors).toEqual([]);
    expect(outcomes[0]!.verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(passed).toBe(true);
    expect(outcomes[0]!.record.backend.name).toBe('aws');
    expect(resultsOf(outcomes[0]!.record)).toHaveLength(3);
    expect(outcomes[0]!.record.invocations).toHaveLength(5);
    const prefix = /cosmicai:deployment=(cosmicai-[a-z0-9]{10})/.exec(shown[0]!)![1]!;
    expect(made.length).toBeGreaterThan(8);
    expect(made.filter((name) => !name.includes(prefix))).toEqual([]);
    expect(shown[0]).toMatch(/Estimated cost: 0\.\d{4} USD/);
    expect(notes(workspace)).toEqual([]);
  });

  it('makes nothing when it may cost more than the limit, unless that is fine', async () => {
    const { errors } = await runScenario(TINY, {
      backend: awsBackend({ maxCostUSD: 0.000_001 }),
      workspace: join(folder, 'dear'),
    });
    expect(errors[0]!.error).toMatchObject({
      code: 'too-dear',
      exitCode: 2,
      remedy: expect.stringContaining('--yes'),
    });
    expect(notes(join(folder, 'dear'))).toEqual([]);
  });

  it('shows the plan of a dry run, and makes nothing', async () => {
    const { status, stdout, stderr } = await cosmicai('run', TINY, '--backend', 'aws', '--dry-run');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Plan for account 000000000000 in us-east-1/);
    expect(stdout).toMatch(/lambda-function\s+cosmicai-[a-z0-9]{10}-inference, \d+ MB/);
    expect(stdout).toMatch(/Estimated cost/);
  });

  it('refuses without a region or credentials, in one sentence each', async () => {
    delete process.env['AWS_REGION'];
    await expect(awsBackend().start({} as never)).rejects.toMatchObject({ code: 'no-region', exitCode: 2 });
    process.env['AWS_REGION'] = account.region;
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    await expect(awsBackend().start({} as never)).rejects.toMatchObject({ code: 'no-account', exitCode: 3 });
    Object.assign(process.env, environment);
  });
});

describe('a harness that was killed half-way', () => {
  it('leaves a note, and cleanup finds the rest, but not what is others’', async () => {
    const child = spawn('node', [command, 'run', TINY, '--backend', 'aws'], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let there: string[] = [];
    for (let attempt = 0; attempt < 1200 && !there.some((one) => one.startsWith('function')); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      there = await whatIsThere();
    }
    child.kill('SIGKILL');
    await ended;
    expect((await whatIsThere()).length).toBeGreaterThan(3);
    expect(notes(join(folder, '.cosmicai'))).toHaveLength(1);
    // Made by somebody else, with a name that begins alike.
    await owner.s3.send(new CreateBucketCommand({ Bucket: 'cosmicai-of-others' }));

    const { status, stdout, stderr } = await cosmicai('cleanup');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/cosmicai-[a-z0-9]{10}-summarize of cosmicai-[a-z0-9]{10} in us-east-1/);
    expect(await whatIsThere()).toEqual(['bucket cosmicai-of-others']);
    expect(notes(join(folder, '.cosmicai'))).toEqual([]);
    expect((await cosmicai('cleanup')).stdout).toContain('Nothing was left behind.\n');
  });
});
