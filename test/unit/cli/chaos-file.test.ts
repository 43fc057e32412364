import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readChaosFile } from '../../../harness/cli/chaos-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-chaos-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(folder, 'chaos.yaml');
  writeFileSync(path, text);
  return path;
};

describe('--chaos', () => {
  it('reads a list, or an object with rules', () => {
    const rule = { on: 's3.GetObject', calls: '1-3', throw: 'SlowDown' };
    expect(readChaosFile(file('- {on: s3.GetObject, calls: 1-3, throw: SlowDown}\n'))).toEqual([rule]);
    expect(readChaosFile(file('rules:\n  - {on: s3.GetObject, calls: 1-3, throw: SlowDown}\n'))).toEqual([
      rule,
    ]);
  });

  it('names file and field of what is wrong', () => {
    expect(() => readChaosFile(file('- {on: s3.GetObject, trow: SlowDown}\n'))).toThrow(/chaos\.yaml.*trow/s);
    expect(() => readChaosFile(file(''))).toThrow(/chaos\.yaml/);
    expect(() => readChaosFile(join(folder, 'absent.yaml'))).toThrow(/absent\.yaml cannot be read: ENOENT/);
    expect(() => readChaosFile(file('- {on: [\n'))).toThrow(/cannot be read/);
  });
});
