import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { writeFirstScenario } from '../../../harness/cli/write-first-scenario.ts';
import { loadScenario } from '../../../harness/scenario/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('cosmicai init', () => {
  it('writes a scenario that loads, with the schema its first line names', () => {
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const file = join(folder, 'new/My First!.yaml');
    writeFirstScenario(file, false);
    const scenario = loadScenario(file);
    expect([scenario.name, scenario.runs.length]).toEqual(['my-first', 2]);
    const [, schema = ''] = /\$schema=\.\/(\S+)/.exec(readFileSync(file, 'utf8'))!;
    expect(existsSync(join(folder, 'new', schema))).toBe(true);
    expect(() => writeFirstScenario(file, false)).toThrow(/exists already and is left as it is/);
    writeFirstScenario(file, true);
    stdout.mockRestore();
  });
});
