import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileOfScenario } from '../../../harness/scenario/file-of-scenario.ts';

let root: string;
let folder: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cosmicai-files-')));
  folder = join(root, 'scenarios');
  mkdirSync(join(folder, 'below'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'x');
  writeFileSync(join(folder, 'a.txt'), 'x');
  writeFileSync(join(folder, '..b.txt'), 'x');
  writeFileSync(join(folder, 'below', 'c.txt'), 'x');
  symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(root, join(folder, 'up'));
  symlinkSync(join(folder, 'a.txt'), join(folder, 'inner.txt'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each(['a.txt', './a.txt', 'below/c.txt', 'below/../a.txt', '..b.txt', 'inner.txt'])('takes %s', (file) => {
  expect(fileOfScenario(folder, folder, file)).toBe(join(folder, file));
});

it.each([
  ['../secret.txt', /outside/],
  ['below/../../secret.txt', /outside/],
  ['/etc/hostname', /outside/],
  ['link.txt', /outside/],
  ['up/secret.txt', /outside/],
  ['..', /outside/],
  ['.', /outside/],
  ['below', /does not exist/],
  ['none.txt', /does not exist/],
])('refuses %s', (file, message) => {
  expect(() => fileOfScenario(folder, folder, file)).toThrow(message);
});
