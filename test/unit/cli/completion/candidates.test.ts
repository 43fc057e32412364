import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentTaker, candidatesFor, optionTaker } from '../../../../harness/cli/completion/candidates.ts';
import { listerOf, valuesFrom } from '../../../../harness/cli/completion/values.ts';
import { commands } from '../../../../harness/cli/index.ts';
import { packCommandLines } from '../../../../harness/packs/command-line.ts';

const program = new Command('cosmicai').option('--debug', 'show stack traces');
for (const command of [...commands, ...packCommandLines['redshift']!.commands]) command.register(program);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-completion-'));
  mkdirSync(join(folder, 'scenarios', 'deep'), { recursive: true });
  writeFileSync(
    join(folder, 'scenarios', 'a.yaml'),
    'tags: [quick, s3]\nmatrix: {partitionMB: [25], include: []}\n',
  );
  writeFileSync(join(folder, 'scenarios', 'deep', 'b.yml'), 'tags: [slow]\nmatrix: {data: [1]}\n');
  writeFileSync(join(folder, 'scenarios', 'broken.yaml'), 'tags: [');
  writeFileSync(join(folder, 'scenarios', 'notes.md'), '');
  writeFileSync(join(folder, '.hidden.yaml'), '');
  for (const [index, id] of ['old-1', 'new-2'].entries()) {
    const run = join(folder, '.cosmicai', 'runs', id);
    mkdirSync(run, { recursive: true });
    utimesSync(run, 1000 + index, 1000 + index);
    mkdirSync(join(folder, '.cosmicai', 'suites', id), { recursive: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function complete(...words: string[]): Promise<string[]> {
  return (await candidatesFor(program, words, valuesFrom(folder))).map(({ value }) => value);
}

describe('what may follow', () => {
  it('is every command that --help shows, and no hidden one', async () => {
    const shown = await complete('');
    for (const name of ['run', 'report', 'completion', 'help']) expect(shown).toContain(name);
    expect(shown).not.toContain('complete');
    expect(await complete('co')).toEqual(['compare', 'completion']);
  });

  it('is a command below another', async () => {
    expect(await complete('data', '')).toEqual(['generate', 'inspect', 'help']);
    expect(await complete('data', 'gen')).toEqual(['generate']);
  });

  it('is an option of the command, of the program, or help, but none that was given', async () => {
    expect(await complete('run', '--b')).toEqual(['--backend', '--bail']);
    expect(await complete('run', '--bail', '--b')).toEqual(['--backend']);
    expect(await complete('run', '--d')).toEqual(['--dry-run', '--debug']);
    expect(await complete('run', '--he')).toEqual(['--help']);
    expect(await complete('model', 'import', '--sma')).toEqual([]);
  });

  it.each<[string[], string[]]>([
    [
      ['data', 'generate', '--format', ''],
      ['pt', 'json', 'safetensors', 'npy', 'npz', 'fits', 'parquet', 'hdf5'],
    ],
    [['data', 'generate', '--format=sa'], ['--format=safetensors']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['run', '--backend', ''],
      ['embedded', 'localstack', 'compose', 'endpoint', 'aws'],
    ],
    [['run', '--backend=em'], ['--backend=embedded']],
    [['run', 's'], ['scenarios/']],
    [
      ['run', 'scenarios/'],
      ['scenarios/a.yaml', 'scenarios/broken.yaml', 'scenarios/deep/'],
    ],
    [['run', 'scenarios/a.yaml', 'scenarios/deep/'], ['scenarios/deep/b.yml']],
    [['run', '.h'], ['.hidden.yaml']],
    [
      ['run', '--tag', ''],
      ['quick', 's3', 'slow'],
    ],
    [
      ['run', 'scenarios/a.yaml', '--tag', 'quick,'],
      ['quick,quick', 'quick,s3'],
    ],
    [
      ['run', '--set', ''],
      ['data=', 'partitionMB='],
    ],
    [
      ['run', '--coverage', 'states=100,c'],
      ['states=100,choices=', 'states=100,catchers='],
    ],
    [['run', '--retries', ''], []],
    [
      ['run', '--resume', ''],
      ['new-2', 'old-1'],
    ],
    [
      ['report', ''],
      ['last', 'new-2', 'old-1', 'scenarios/'],
    ],
    [['compare', 'last', 'new'], ['new-2']],
    [['validate', 'scenarios/n'], ['scenarios/notes.md']],
    [['run', '--', '--b'], []],
  ])('%j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('may be an option after one whose value can be left out', async () => {
    expect(await complete('run', '--resume', '--ba')).toEqual(['--backend', '--bail']);
  });
});

it('lists or knows the values of every option and argument', () => {
  const unknown: string[] = [];
  const visit = (command: Command) => {
    const takers = [
      ...command.options.filter((one) => !one.isBoolean()).map((one) => optionTaker(one, command)),
      ...command.registeredArguments.map((one) => argumentTaker(one, command)),
    ];
    for (const taker of takers) {
      if (!listerOf(taker)) unknown.push(`${taker.command} ${taker.option ?? ''} <${taker.placeholder}>`);
    }
    command.commands.forEach(visit);
  };
  visit(program);
  expect(unknown).toEqual([]);
});
