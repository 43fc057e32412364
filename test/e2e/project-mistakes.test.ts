/** Mistakes of a project as a person meets them: one sentence each, all of them at once, exit code 2. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/core/package-root.ts';

const BIN = join(packageRoot(), 'harness/cli/bin.mjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mistakes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string | Uint8Array>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function cosmicai(...args: string[]) {
  return cosmicaiIn({}, ...args);
}

function cosmicaiIn(own: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...own },
  });
  return { status, text: stdout + stderr };
}

const PYTHON = 'def handler(event, context):\n    return 1\n';
const machine = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource: ['$', '{Arn}'].join(''), End: true } },
});

describe('mistakes of a project', () => {
  it('in cosmicai.yaml and what it names are told together', () => {
    write({
      'f/app.py': PYTHON,
      'm.asl.json': machine,
      'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: orders
functions:
  Gone: { runtime: python3.11, handler: app.handler, code: g }
  Lost: { runtime: python3.11, handler: app.run, code: f }
  Odd: { runtime: ruby3.3, handler: app.handler, code: f }
stateMachines:
  one: { definition: m.asl.json, substitutions: { Arn: Lost, Spare: Lost } }
  two: m.asl.json
  one: { definition: m.asl.json, substitutions: { Arn: Lots, Spare: Lost } }
`,
    });
    const { status, text } = cosmicai('artifacts');
    expect(status, text).toBe(2);
    for (const sentence of [
      'cosmicai.yaml:5:60: the folder g of the function Gone does not exist.',
      'the handler app.run of the function Lost is missing: app.py has nothing named run.',
      'functions.Odd.runtime cannot be ruby3.3.',
      'stateMachines has two entries named one; the other is on line 9.',
      'the substitution Arn cannot be resolved: no function, state machine, bucket or activity is named Lots.',
      'the substitution Spare of the state machine one is unused: its definition has no ',
      ' of the state machine two is unresolved: no substitution gives it a value.',
    ])
      expect(text).toContain(sentence);
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('in what is packaged are told together', () => {
    const zeros = new Uint8Array(250 * 1024 * 1024 + 1);
    write({
      'f/app.py': PYTHON,
      'f/requirements.txt': '--no-index\nnumpy==99.0\n',
      'big.zip': zipSync({ 'app.py': [zeros, { level: 1 }] }),
      'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: orders
functions:
  Wheel: { runtime: python3.11, handler: app.handler, code: f }
  Large: { runtime: python3.11, handler: app.handler, code: big.zip }
`,
    });
    const { status, text } = cosmicai('artifacts');
    expect(status, text).toBe(2);
    expect(text).toContain(
      'there is no wheel of numpy==99.0 for python3.11 on linux-x64, which the function Wheel needs (requirements.txt:2).',
    );
    expect(text).toContain('the package of Large has 250.0 MB unzipped, and Lambda takes 250.0 MB.');
  });

  it('are told once, however many scenarios are checked or run', () => {
    const scenario = (name: string) => `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name}\n`;
    write({
      'scenarios/a.yaml': scenario('a'),
      'scenarios/b.yaml': scenario('b'),
      'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: orders
pack: redshfit
functions:
  Gone: { runtime: python3.11, handler: app.handler, code: g }
`,
    });
    const files = ['scenarios/a.yaml', 'scenarios/b.yaml'];
    for (const args of [['validate', ...files], ['validate', 'cosmicai.yaml', ...files], ['run']]) {
      const { status, text } = cosmicai(...args);
      expect(status, text).toBe(2);
      expect(text.match(/the folder g of the function Gone does not exist/g), text).toHaveLength(1);
      expect(text.match(/there is no pack named redshfit/g), text).toHaveLength(1);
    }
    expect(cosmicai('validate', ...files).text).toContain(
      'scenarios/b.yaml: not checked, because cosmicai.yaml has the mistakes above',
    );
  });

  it('are told when a runtime is not installed', () => {
    write({
      'f/app.py': PYTHON,
      'm.asl.json': machine,
      'scenarios/a.yaml': 'apiVersion: cosmicai/v1\nkind: Scenario\nname: a\n',
      'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: orders
functions:
  Old: { runtime: python3.9, handler: app.handler, code: f }
  Older: { runtime: python3.9, handler: app.handler, code: f }
stateMachines:
  one: { definition: m.asl.json, substitutions: { Arn: Old } }
`,
    });
    const { status, text } = cosmicaiIn({ PATH: folder }, 'run');
    expect(status, text).toBe(2);
    expect(text).toMatch(/the runtime python3\.9 of the function Old is not installed/);
    expect(text).toContain('the runtime python3.9 of the function Older is not installed');
  });

  it('are told when there is no project at all', () => {
    const { status, text } = cosmicai('artifacts');
    expect(status, text).toBe(2);
    expect(text).toContain('no cosmicai.yaml was found at or above');
  });
});
