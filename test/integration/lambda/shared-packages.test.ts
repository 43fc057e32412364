import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LambdaFixture, startLambda } from './fixture.ts';

const SOURCE = "export const handler = async () => 'hello';";

let packagesFolder: string;
let running: LambdaFixture | undefined;
beforeEach(() => {
  packagesFolder = mkdtempSync(join(tmpdir(), 'cosmicai-packages-'));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(packagesFolder, { recursive: true, force: true });
});

const start = async () => {
  await running?.stop();
  running = await startLambda({ lambda: { packagesFolder } });
  return running;
};

it('packages outlive the emulator that unpacked them, and the function they came with', async () => {
  const first = await start();
  await first.deploy('one', SOURCE);
  expect(existsSync(join(first.emulator.stateDir, 'lambda', 'code'))).toBe(true);
  const unpacked = readdirSync(join(first.emulator.stateDir, 'lambda', 'code'), { withFileTypes: true });
  expect(unpacked.filter((one) => one.isDirectory())).toEqual([]);
  const [entry] = readdirSync(packagesFolder);
  const marker = join(packagesFolder, entry!, 'beside-the-package');
  writeFileSync(marker, '');
  await first.lambda.send(new DeleteFunctionCommand({ FunctionName: 'one' }));
  const second = await start();
  await second.deploy('two', SOURCE);
  expect((await second.invoke('two')).functionError).toBeUndefined();
  // Neither taken away with the function nor put there anew.
  expect(existsSync(marker)).toBe(true);
  expect(readdirSync(packagesFolder)).toEqual([entry]);
});

it('what somebody changed is unpacked anew', async () => {
  const first = await start();
  await first.deploy('one', "export const handler = async () => 'as sent';");
  const [entry] = readdirSync(packagesFolder);
  const file = join(packagesFolder, entry!, 'package', 'index.mjs');
  rmSync(file);
  writeFileSync(file, "export const handler = async () => 'as changed';");
  const second = await start();
  await second.deploy('one', "export const handler = async () => 'as sent';");
  expect((await second.invoke('one')).payload).toBe('as sent');
});
