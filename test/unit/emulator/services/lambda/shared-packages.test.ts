import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SharedPackages } from '../../../../../harness/emulator/services/lambda/code/shared-packages.ts';

const ID = 'ab'.repeat(32);
let folder: string;
let fills: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
  fills = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fill = async (target: string) => {
  fills++;
  mkdirSync(join(target, 'lib'));
  writeFileSync(join(target, 'index.mjs'), 'export {}');
  writeFileSync(join(target, 'lib', 'native.so'), 'binary', { mode: 0o755 });
};
const get = () => new SharedPackages(folder).get(ID, fill);
const leftOvers = () => readdirSync(folder).filter((name) => name !== ID);

describe('shared packages', () => {
  it('are filled once, however many ask for them, now or later', async () => {
    const one = new SharedPackages(folder);
    const [first, second] = await Promise.all([one.get(ID, fill), get()]);
    expect(second).toBe(first);
    expect(readFileSync(join(first, 'lib', 'native.so'), 'utf8')).toBe('binary');
    const before = fills;
    expect(await get()).toBe(first);
    expect(fills).toBe(before);
    expect(leftOvers()).toEqual([]);
  });

  it('have read-only files, executable ones stay so, and a package.json above that says nothing', async () => {
    const at = await get();
    expect(lstatSync(join(at, 'index.mjs')).mode & 0o222).toBe(0);
    expect(lstatSync(join(at, 'lib', 'native.so')).mode & 0o111).toBe(0o111);
    expect(readFileSync(join(dirname(at), 'package.json'), 'utf8')).toBe('{}');
  });

  const spoilings: [string, (at: string) => void][] = [
    [
      'a file of another size',
      (at) => {
        rmSync(join(at, 'index.mjs'));
        writeFileSync(join(at, 'index.mjs'), 'export { evil }');
      },
    ],
    [
      'a file of another time',
      (at) => {
        rmSync(join(at, 'index.mjs'));
        writeFileSync(join(at, 'index.mjs'), 'EXPORT {}');
        utimesSync(join(at, 'index.mjs'), 1, 1);
      },
    ],
    ['a file more', (at) => writeFileSync(join(at, 'lib', 'more.mjs'), '')],
    ['a file less', (at) => rmSync(join(at, 'lib', 'native.so'))],
    ['no note', (at) => rmSync(join(dirname(at), 'files.json'))],
    [
      'the folder as a link to another',
      (at) => {
        const other = mkdtempSync(join(folder, 'tmp-other-'));
        renameSync(at, join(other, 'package'));
        symlinkSync(join(other, 'package'), at);
      },
    ],
    [
      'the entry as a link to another',
      (at) => {
        const other = mkdtempSync(join(folder, 'tmp-other-'));
        renameSync(dirname(at), join(other, 'entry'));
        symlinkSync(join(other, 'entry'), dirname(at));
      },
    ],
  ];
  it.each(spoilings)('are filled anew with %s', async (_, spoil) => {
    spoil(await get());
    expect(await new SharedPackages(folder).find(ID)).toBeUndefined();
    const at = await get();
    expect(fills).toBe(2);
    expect(lstatSync(dirname(at)).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(at, 'index.mjs'), 'utf8')).toBe('export {}');
    expect(readdirSync(join(at, 'lib'))).toEqual(['native.so']);
  });

  it('leave nothing behind when filling fails, and tell why', async () => {
    const failing = new SharedPackages(folder).get(ID, () => Promise.reject(new Error('no zip')));
    await expect(failing).rejects.toThrow('no zip');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that nobody wanted for weeks go, and what interrupted processes left; what is young stays', async () => {
    const old = 'cd'.repeat(32);
    const young = 'ef'.repeat(32);
    const packages = new SharedPackages(folder);
    for (const id of [old, young]) await packages.get(id, fill);
    const longAgo = new Date('2020-01-01');
    utimesSync(join(folder, old, 'files.json'), longAgo, longAgo);
    const interrupted = mkdtempSync(join(folder, 'tmp-'));
    writeFileSync(join(interrupted, 'half'), '');
    utimesSync(interrupted, longAgo, longAgo);
    const underWay = mkdtempSync(join(folder, 'tmp-'));
    await get();
    expect(existsSync(join(folder, old))).toBe(false);
    expect(existsSync(interrupted)).toBe(false);
    expect(existsSync(underWay)).toBe(true);
    expect(existsSync(join(folder, young))).toBe(true);
    // Found again is wanted again.
    utimesSync(join(folder, young, 'files.json'), longAgo, longAgo);
    await packages.find(young);
    expect(lstatSync(join(folder, young, 'files.json')).mtimeMs).toBeGreaterThan(longAgo.getTime());
  });
});
