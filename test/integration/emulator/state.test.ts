import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { type LambdaFixture, ROLE, startLambda } from '../lambda/fixture.ts';

const OBJECTS = 200;
const text = (n: number) => `object ${n}`;
let fixture: LambdaFixture;
let folder: string;

const configOf = (emulator: Emulator) => ({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
const s3Of = (emulator: Emulator) => new S3Client({ ...configOf(emulator), forcePathStyle: true });

async function read(emulator: Emulator, key: string): Promise<string> {
  const s3 = s3Of(emulator);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'data', Key: key }));
    return await Body!.transformToString();
  } finally {
    s3.destroy();
  }
}

async function machines(emulator: Emulator): Promise<(string | undefined)[]> {
  const states = new SFNClient(configOf(emulator));
  const { stateMachines } = await states.send(new ListStateMachinesCommand({}));
  states.destroy();
  return stateMachines!.map(({ name }) => name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-snapshots-'));
  fixture = await startLambda();
  const { emulator } = fixture;
  const s3 = s3Of(emulator);
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  for (let n = 0; n < OBJECTS; n++)
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: String(n), Body: text(n) }));
  s3.destroy();
  await fixture.deploy(
    'echo',
    'export const handler = async (event) => { console.log("heard"); return event; };',
  );
  await fixture.invoke('echo');
  const states = new SFNClient(configOf(emulator));
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  await states.send(new CreateStateMachineCommand({ name: 'one', roleArn: ROLE, definition }));
  states.destroy();
}, 60_000);
afterAll(async () => {
  await fixture?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('state of the emulator', () => {
  it('is copied by snapshot, emptied by reset, put back by restore', async () => {
    const { emulator } = fixture;
    const snapshot = join(folder, 'one');
    await emulator.snapshot(snapshot);
    expect((await fixture.invoke('echo', 1)).payload).toBe(1);
    expect(await read(emulator, '7')).toBe(text(7));

    const reset = await fetch(`${emulator.endpoint}/_cosmicai/reset`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    expect(reset.status).toBe(200);
    const s3 = s3Of(emulator);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
    await expect(fixture.invoke('echo')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await machines(emulator)).toEqual([]);
    expect(existsSync(join(emulator.stateDir, 'lock.json'))).toBe(true);

    await emulator.restore(snapshot);
    for (const n of [0, 7, OBJECTS - 1]) expect(await read(emulator, String(n))).toBe(text(n));
    expect((await fixture.invoke('echo', 2)).payload).toBe(2);
    expect(await fixture.messages('echo', 'heard')).toHaveLength(2);
    expect(await machines(emulator)).toEqual(['one']);
    s3.destroy();
  });

  it('what a reset put aside is gone when the emulator stops, or after the next start of one that was killed', async () => {
    const stateDir = join(folder, 'kept');
    const first = await startEmulator({ port: 0, stateDir });
    await fetch(`${first.endpoint}/data`, { method: 'PUT' });
    for (let n = 0; n < OBJECTS; n++) await first.s3.putObject('data', String(n), text(n));
    await first.reset();
    await fetch(`${first.endpoint}/data`, { method: 'PUT' });
    await first.s3.putObject('data', 'new', 'stays');
    await first.stop();
    expect(existsSync(join(stateDir, 'discarded'))).toBe(false);

    // As a process leaves it that dies over the removal.
    mkdirSync(join(stateDir, 'discarded', 'state-1', 's3'), { recursive: true });
    writeFileSync(join(stateDir, 'discarded', 'state-1', 's3', 'blob'), 'old');
    const second = await startEmulator({ port: 0, stateDir });
    expect(await read(second, 'new')).toBe('stays');
    await second.snapshot(join(folder, 'without-leftovers'));
    expect(existsSync(join(folder, 'without-leftovers', 'state', 'discarded'))).toBe(false);
    await second.stop();
    expect(existsSync(join(stateDir, 'discarded'))).toBe(false);
  });

  it('of a snapshot is not touched by what is done to its copies', async () => {
    const { emulator } = fixture;
    const snapshot = join(folder, 'two');
    await emulator.snapshot(snapshot);
    const s3 = s3Of(emulator);
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: '1', Body: 'changed' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: '2' }));
    s3.destroy();
    const copies = await Promise.all([0, 1].map(() => startEmulator({ port: 0, snapshot })));
    for (const copy of copies) {
      expect(await read(copy, '1')).toBe(text(1));
      expect(await read(copy, '2')).toBe(text(2));
      expect(await machines(copy)).toEqual(['one']);
    }
    await Promise.all(copies.map((copy) => copy.stop()));
    expect(await read(emulator, '1')).toBe('changed');
  });

  it('is kept when there is nothing to restore, and no folder is written over', async () => {
    const { emulator } = fixture;
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'mine.txt'), '');
    await expect(emulator.restore(other)).rejects.toMatchObject({ code: 'snapshot-unreadable' });
    await expect(emulator.snapshot(other)).rejects.toMatchObject({ code: 'snapshot-exists' });
    await expect(startEmulator({ port: 0, snapshot: other })).rejects.toMatchObject({
      code: 'snapshot-unreadable',
    });
    expect(await read(emulator, '7')).toBe(text(7));
  });

  it("is each emulator's own, functions and all, when several run in one process", async () => {
    const rigs = await Promise.all([0, 1, 2].map(() => startLambda()));
    try {
      await Promise.all(
        rigs.map((rig, i) => rig.deploy('same-name', `export const handler = async () => ${i};`)),
      );
      const answers = await Promise.all(
        rigs.flatMap((rig) => [rig.invoke('same-name'), rig.invoke('same-name')]),
      );
      expect(answers.map(({ payload }) => payload)).toEqual([0, 0, 1, 1, 2, 2]);
      await rigs[1]!.emulator.reset();
      await expect(rigs[1]!.invoke('same-name')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      expect((await rigs[2]!.invoke('same-name')).payload).toBe(2);
    } finally {
      await Promise.all(rigs.map((rig) => rig.stop()));
    }
  });

  it('tells its services and operations', async () => {
    const { endpoint } = fixture.emulator;
    const health = (await (await fetch(`${endpoint}/_cosmicai/health`)).json()) as {
      services: object;
      operations: { [service: string]: string[] };
    };
    expect(health.services).toMatchObject({ s3: 'running', stepfunctions: 'running' });
    expect(health.operations['s3']).toContain('GetObject');
    expect(health.operations['sts']).toContain('AssumeRole');
    expect(await (await fetch(`${endpoint}/_localstack/info`)).json()).toMatchObject({ edition: 'cosmicai' });
    expect(await (await fetch(`${endpoint}/_localstack/health`)).json()).toMatchObject({
      services: { lambda: 'running', cloudwatch: 'running' },
      version: expect.stringMatching(/^\d+\.\d+/),
    });
    expect(await (await fetch(`${endpoint}/_localstack/init`)).json()).toEqual({
      completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false },
      scripts: [],
    });
    expect(await (await fetch(`${endpoint}/_localstack/init/ready`)).json()).toMatchObject({
      completed: true,
    });
  });
});
