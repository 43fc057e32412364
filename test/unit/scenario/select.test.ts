import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { registerPacks } from '../../../harness/packs/register.ts';
import { findScenarioFiles } from '../../../harness/scenario/find.ts';
import { type LoadedScenario, readScenario } from '../../../harness/scenario/load.ts';
import { describeCell } from '../../../harness/scenario/matrix.ts';
import { type Selection, selectRuns } from '../../../harness/scenario/select.ts';

registerPacks();

const scenario = (name: string, rest = '') =>
  readScenario(
    `${name}.yaml`,
    `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name}\n${rest}dataset:\n  generate: {samples: 4, count: 1}\n`,
  );

const all: LoadedScenario[] = [
  scenario('sweep', 'tags: [sweep, slow]\nmatrix: {size: [25, 50, 75]}\n'),
  scenario('tiny', 'tags: [quick]\n'),
  scenario('untagged'),
];

const chosen = (selection: Selection) =>
  selectRuns(all, selection).flatMap(({ name, runs }) =>
    runs.map(({ cell }) => `${name} ${describeCell(cell)}`.trimEnd()),
  );

describe('selectRuns', () => {
  it.each<[string, Selection, string[]]>([
    [
      'everything without a choice',
      {},
      ['sweep size=25', 'sweep size=50', 'sweep size=75', 'tiny', 'untagged'],
    ],
    ['a name', { grep: /^t/ }, ['tiny']],
    ['a cell', { grep: /size=(25|75)$/ }, ['sweep size=25', 'sweep size=75']],
    [
      'one of several tags',
      { tags: ['quick', 'slow'] },
      ['sweep size=25', 'sweep size=50', 'sweep size=75', 'tiny'],
    ],
    ['all but a tag', { tags: ['!sweep'] }, ['tiny', 'untagged']],
    ['both', { tags: ['sweep'], grep: /50/ }, ['sweep size=50']],
  ])('takes %s', (_, selection, expected) => {
    expect(chosen(selection)).toEqual(expected);
  });

  it('gives every run to exactly one shard', () => {
    const shards = [1, 2, 3].map((index) => chosen({ shard: { index, count: 3 } }));
    expect(shards.flat().sort()).toEqual(chosen({}).sort());
    expect(Math.max(...shards.map((one) => one.length)) - Math.min(...shards.map((one) => one.length))).toBe(
      1,
    );
  });

  it('may leave a shard empty', () => {
    expect(chosen({ grep: /tiny/, shard: { index: 2, count: 2 } })).toEqual([]);
  });

  it('replaces the timeout', () => {
    const [first] = selectRuns(all, { timeoutSeconds: 7 });
    expect(first!.runs[0]!.scenario.execution.timeoutSeconds).toBe(7);
    expect(all[0]!.runs[0]!.scenario.execution.timeoutSeconds).toBe(900);
  });

  it('refuses a choice that fits nothing, with the nearest tag', () => {
    expect(() => selectRuns(all, { tags: ['quik'] })).toThrow(
      expect.objectContaining({ exitCode: 2, remedy: expect.stringContaining('Did you mean "quick"') }),
    );
  });
});

describe('findScenarioFiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-find-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes the scenarios of a folder by name, once each, and nothing hidden', () => {
    mkdirSync(join(folder, 'a/.cosmicai'), { recursive: true });
    for (const name of ['b.yaml', 'a/c.yml', 'a/notes.md', 'a/.cosmicai/d.yaml'])
      writeFileSync(join(folder, name), '');
    const b = join(folder, 'b.yaml');
    expect(findScenarioFiles([b, folder, 'missing.yaml'])).toEqual([
      b,
      join(folder, 'a/c.yml'),
      'missing.yaml',
    ]);
  });

  it('refuses a folder without scenarios', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(() => findScenarioFiles([empty])).toThrow(/holds no scenario/);
  });
});
