/** `cosmicai report <execution-arn> --endpoint URL`: executions that plain SDK clients have started. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CreateFunctionCommand, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AwsClients, clientsFor, singleEndpoint } from '../../harness/deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../../harness/emulator/emulator.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const BIN = resolve('harness/cli/bin.mjs');
const ROLE = 'arn:aws:iam::000000000000:role/any';
const PRICE = `export const handler = async ({ id, amount }) => {
  if (amount < 0) throw Object.assign(new Error('negative'), { name: 'Negative' });
  return { id, total: amount * 2 };
};
`;
const MAP = {
  Type: 'Map',
  ItemsPath: '$.orders',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Price',
    States: { Price: { Type: 'Task', Resource: ['$', '{PriceArn}'].join(''), End: true } },
  },
  End: true,
};
const DEFINITION = JSON.stringify({ StartAt: 'Each', States: { Each: MAP } });
const scenario = (name: string, expected: string) => `apiVersion: cosmicai/v1
kind: Scenario
name: ${name}
steps: [{ execute: {} }]
expect:
${expected}`;
const FILES = {
  'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: orders
functions:
  Price: { runtime: nodejs22.x, handler: index.handler, code: functions/price }
stateMachines:
  orders: { definition: orders.asl.json, substitutions: { PriceArn: Price } }
buckets: [orders-out]
`,
  'functions/price/index.mjs': PRICE,
  'orders.asl.json': DEFINITION,
  'scenarios/all-priced.yaml': `${scenario(
    'all-priced',
    `  status: SUCCEEDED
  states: { Price: { visits: 2 } }
  invocations: { Price: { count: 2, errors: 0 } }
  objects: [{ bucket: orders-out, key: "*.json" }]
  complete:
    items: { jsonata: "orders.id" }
    results: { map: Each, each: "$.id" }
`,
  )}thresholds:
  max(function.Price.duration): { lt: 10 s }
`,
  'scenarios/three-orders.yaml': scenario('three-orders', '  states: { Price: { visits: 3 } }\n'),
};

let folder: string;
let emulator: Emulator;
let clients: AwsClients;
let succeeded: string;
let failed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-report-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  emulator = await startEmulator({ port: 0 });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { FunctionArn } = await clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'team-Price',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zipSync({ 'index.mjs': Buffer.from(PRICE) }) },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: clients.lambda, maxWaitTime: 10, minDelay: 1 },
    { FunctionName: 'team-Price' },
  );
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'orders-out' }));
  await clients.s3.send(new PutObjectCommand({ Bucket: 'orders-out', Key: 'o1.json', Body: '{}' }));
  const { stateMachineArn } = await clients.stepfunctions.send(
    new CreateStateMachineCommand({
      name: 'team-orders',
      definition: DEFINITION.replace(/\$\{PriceArn\}/, FunctionArn!),
      roleArn: ROLE,
    }),
  );
  const order = (id: string, amount: number) => ({ id, amount });
  succeeded = await ended(stateMachineArn!, [order('o1', 1), order('o2', 2)]);
  // Invocations within two seconds of an execution are counted as its own.
  await new Promise((resolve) => {
    setTimeout(resolve, 5000);
  });
  failed = await ended(stateMachineArn!, [order('o3', -1)]);
});
afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function ended(stateMachineArn: string, orders: object[]): Promise<string> {
  const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ orders }) });
  const { executionArn } = await clients.stepfunctions.send(start);
  await vi.waitFor(
    async () => {
      const { status } = await clients.stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
      expect(status).not.toBe('RUNNING');
    },
    { timeout: 30_000 },
  );
  return executionArn!;
}

function report(arn: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = [BIN, 'report', arn, '--endpoint', emulator.endpoint, ...args];
  const env = { ...process.env, NO_COLOR: '1' };
  return new Promise((done) => {
    execFile(process.execPath, all, { cwd: folder, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('cosmicai report of an execution', () => {
  it('draws it with its functions and keeps it among the runs', async () => {
    const { code, stdout, stderr } = await report(succeeded, '--html', 'report.html', '--json', 'r.json');
    expect(code, stdout + stderr).toBe(0);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(['team-orders', 'team-Price', 'Each'].filter((text) => !page.includes(text))).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8'))).toMatchObject({ passed: true });
    const again = await report('last');
    expect(again.code, again.stderr).toBe(0);
  });

  it('draws one that failed, with its error', async () => {
    const { code, stdout, stderr } = await report(failed, '--html', 'failed.html');
    expect(code, stdout + stderr).toBe(0);
    expect(
      readFileSync(join(folder, 'failed.html'), 'utf8').includes('States.ExceedToleratedFailureThreshold'),
    ).toBe(true);
  });

  it('judges it by a scenario that it passes', async () => {
    const { code, stdout, stderr } = await report(succeeded, '--scenario', 'scenarios/all-priced.yaml');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/PASS all-priced/);
  });

  it('judges it by a scenario that it fails, with exit code 1', async () => {
    const other = await report(succeeded, '--scenario', 'scenarios/three-orders.yaml');
    expect(other.code, other.stdout + other.stderr).toBe(1);
    expect(other.stdout).toMatch(/FAIL three-orders[\s\S]*expected = 3/);
    const broken = await report(failed, '--scenario', 'scenarios/all-priced.yaml');
    expect(broken.code, broken.stdout + broken.stderr).toBe(1);
    expect(broken.stdout).toMatch(/expected SUCCEEDED/);
  });

  it('draws a child execution of a Map Run', async () => {
    const { mapRuns } = await clients.stepfunctions.send(new ListMapRunsCommand({ executionArn: succeeded }));
    const { executions } = await clients.stepfunctions.send(
      new ListExecutionsCommand({ mapRunArn: mapRuns![0]!.mapRunArn }),
    );
    const { code, stdout, stderr } = await report(executions![0]!.executionArn!, '--html', 'child.html');
    expect(code, stdout + stderr).toBe(0);
    expect(readFileSync(join(folder, 'child.html'), 'utf8').includes('team-Price')).toBe(true);
  });

  it.each([
    ['does not exist', () => succeeded.replace(/:[^:]+$/, ':nothing')],
    [
      'is of an EXPRESS workflow',
      () => succeeded.replace(':execution:', ':express:').replace(/:([^:]+)$/, ':$1:x'),
    ],
  ])('refuses one that %s, with one sentence and exit code 2', async (_what, arnOf) => {
    const { code, stdout, stderr } = await report(arnOf());
    expect(code, stdout + stderr).toBe(2);
    expect(stderr).toMatch(/cannot be reported: \w+: .*\n.*Name a STANDARD execution/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
