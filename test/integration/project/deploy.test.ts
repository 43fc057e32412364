/** Any project on the local AWS with policies enforced: made, run, deployed again without a change, changed, removed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListLayersCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Deployment, deploy, teardown } from '../../../harness/deploy/deploy.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { loadProject } from '../../../harness/project/load-project.ts';
import { writeForeignProject } from './foreign.ts';

const clock = wallClock();
let folder: string;
let emulator: Emulator;
let clients: AwsClients;
let deployment: Deployment;

const deployNow = async () => {
  const project = loadProject(folder);
  const target = { platform: process.platform, arch: process.arch };
  const artifacts = await buildArtifacts({ project, cacheFolder: join(folder, 'cache'), target });
  return deploy(clients, { project, prefix: 'shop', artifacts }, clock);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  writeForeignProject(folder);
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: emulator.iam.rootKey(),
  });
  deployment = await deployNow();
});
afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function eventually<Value>(look: () => Promise<Value>): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise<void>((resolve) => {
        clock.after(50, resolve);
      });
    }
  }
}

const textOf = async (Bucket: string, Key: string) => {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body!.transformToString();
};

describe('a foreign project', () => {
  it('is deployed whole, machines after those that they start', () => {
    expect(deployment.changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'bucket shop-in',
      'bucket shop-out',
      'role shop-Price-function',
      'role shop-Store-function',
      'role shop-Start-function',
      'role shop-orders-states',
      'role shop-each-states',
      'log-group /aws/lambda/shop-Price',
      'log-group /aws/lambda/shop-Store',
      'log-group /aws/lambda/shop-Start',
      'log-group /aws/vendedlogs/states/shop-each',
      'activity shop-approve',
      'object s3://shop-out/config/rates.json',
      'layer shop-tools',
      'lambda-function shop-Price',
      'lambda-function shop-Store',
      'lambda-function shop-Start',
      'state-machine shop-each',
      'state-machine shop-orders',
      'notification shop-in',
    ]);
    expect(new Set(deployment.changes.map(({ change }) => change))).toEqual(new Set(['created']));
    expect(deployment.stateMachineArn).toMatch(/:shop-orders$/);
  });

  it('runs with the least policies derived from its code, from the notification to the nested Express machine', async () => {
    const Body = JSON.stringify({ id: 'a7', amount: 21 });
    await clients.s3.send(new PutObjectCommand({ Bucket: 'shop-in', Key: 'orders/1.json', Body }));
    const stored = await eventually(() => textOf('shop-out', 'a7.json'));
    expect(JSON.parse(stored)).toEqual({ id: 'a7', total: 42 });
    expect(await textOf('shop-out', 'config/rates.json')).toBe('{"EUR": 1}\n');
  });

  it('is deployed again without a change, and with what was changed alone', async () => {
    const again = await deployNow();
    expect(again.changes.filter(({ change }) => change !== 'unchanged')).toEqual([]);
    writeFileSync(join(folder, 'layers/tools/python/tools.py'), 'def double(value):\n    return value * 4\n');
    const changed = await deployNow();
    expect(changed.changes.filter(({ change }) => change !== 'unchanged')).toEqual([
      { kind: 'layer', name: 'shop-tools', change: 'created' },
      { kind: 'lambda-function', name: 'shop-Price', change: 'updated' },
    ]);
    const Body = JSON.stringify({ id: 'a8', amount: 21 });
    await clients.s3.send(new PutObjectCommand({ Bucket: 'shop-in', Key: 'orders/2.json', Body }));
    expect(JSON.parse(await eventually(() => textOf('shop-out', 'a8.json')))).toEqual({
      id: 'a8',
      total: 84,
    });
  });

  it('is removed without a trace', async () => {
    const removed = await teardown(clients, deployment.plan, clock);
    expect(removed).toEqual(
      expect.arrayContaining(['shop-orders', 'shop-tools', 'shop-approve', 'shop-out']),
    );
    expect(await teardown(clients, deployment.plan, clock)).toEqual([]);
    expect((await clients.lambda.send(new ListLayersCommand({}))).Layers).toEqual([]);
  });
});
