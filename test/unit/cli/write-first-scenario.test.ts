import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeFirstScenario } from '../../../harness/cli/write-first-scenario.ts';
import { writeProject } from '../../../harness/cli/write-project.ts';
import { registerPacks } from '../../../harness/packs/register.ts';

registerPacks();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('init FILE', () => {
  it('writes a scenario with the functions of the project found above the file', () => {
    writeProject(folder, 'approval', { force: false });
    const file = join(folder, 'checks', 'Large Payment.yaml');
    writeFirstScenario(file, false);
    const scenario = parse(readFileSync(file, 'utf8'));
    expect(scenario).toMatchObject({ kind: 'Scenario', name: 'large-payment', steps: [{ execute: {} }] });
    expect(scenario.expect.invocations).toEqual({ Ask: { errors: 0 }, Pay: { errors: 0 } });
    expect(JSON.parse(readFileSync(join(folder, 'checks', 'scenario.schema.json'), 'utf8'))).toBeTypeOf(
      'object',
    );
  });

  it('replaces a file only with --force', () => {
    writeProject(folder, 'approval', { force: false });
    const file = join(folder, 'first.yaml');
    writeFileSync(file, 'mine');
    expect(() => writeFirstScenario(file, false)).toThrow(/exists already/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    writeFirstScenario(file, true);
    expect(readFileSync(file, 'utf8')).toContain('kind: Scenario');
  });

  it('says how to start a project where there is none', () => {
    mkdirSync(join(folder, 'empty'));
    expect(() => writeFirstScenario(join(folder, 'empty', 'first.yaml'), false)).toThrow(/no cosmicai.yaml/);
  });
});
