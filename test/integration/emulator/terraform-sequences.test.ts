/**
 * The calls that Terraform's AWS provider makes for each resource, through boto3: create, read, read again without
 * drift, update, read, delete, read. The table is terraform/*.py, the driver terraform/sequences.py.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'terraform', 'sequences.py');
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;

/** The names in the table; a table that cannot be loaded fails the file. */
function resourceNames(): string[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', script, '--list'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} --list failed: ${stderr}`);
  return JSON.parse(stdout);
}

if (!hasBoto3)
  it.skip('create, read, update and delete as Terraform does (needs python3 with boto3)', () => {});

describe.runIf(hasBoto3)(
  'create, read, update and delete as Terraform does (needs python3 with boto3)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'cosmicai-terraform-'));
    const failuresOf = new Map<string, string[]>();
    let emulator: Emulator;

    beforeAll(async () => {
      emulator = await startEmulator({ port: 0, stateDir: join(folder, 'state'), durability: 'kernel' });
      const env = {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_CONFIG_FILE: join(folder, 'none'),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      };
      const { stdout } = await run('python3', ['-B', script, emulator.endpoint], { env });
      for (const line of stdout.trim().split('\n')) {
        const { resource, failures } = JSON.parse(line);
        failuresOf.set(resource, failures);
      }
    }, 300_000);

    afterAll(async () => {
      await emulator?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(hasBoto3 ? resourceNames() : [])('%s', (name) => {
      expect(failuresOf.get(name)).toEqual([]);
    });
  },
);
