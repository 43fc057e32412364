/** Tab in real shells. Those that are not installed are skipped by name. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = resolve('harness/cli/bin.mjs');
const run = promisify(execFile);
const isInstalled = (shell: string) => spawnSync(shell, ['--version']).status === 0;

let folder: string;
const scripts: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-completion-'));
  mkdirSync(join(folder, 'my scenarios'));
  writeFileSync(join(folder, 'my scenarios', 'first.yaml'), 'tags: [quick]\n');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await run(process.execPath, [BIN, 'completion', shell], { cwd: folder });
    scripts[shell] = join(folder, `completion.${shell}`);
    writeFileSync(scripts[shell], stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function told(shell: string, args: string[]): Promise<string[]> {
  const { stdout } = await run(shell, args, { cwd: folder });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What bash offers at the end of a line, as it would put it there. */
const inBash = (line: string) =>
  told('bash', [
    '--norc',
    '-c',
    `source "$1"; COMP_LINE="$2" COMP_POINT=\${#2}; complete -p cosmicai >/dev/null && _cosmicai; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    scripts['bash']!,
    line,
  ]);

describe('completion in bash', () => {
  it('offers commands, options and values', async () => {
    expect(await inBash('cosmicai comp')).toEqual(['compare', 'completion']);
    expect(await inBash('cosmicai run --bac')).toEqual(['--backend']);
    expect(await inBash('cosmicai run --backend e')).toEqual(['embedded', 'endpoint']);
  });

  it('replaces what bash replaces, and escapes what has to be', async () => {
    expect(await inBash('cosmicai run --backend=em')).toEqual(['embedded']);
    expect(await inBash('cosmicai run m')).toEqual(['my\\ scenarios/']);
    expect(await inBash('cosmicai run my\\ scenarios/f')).toEqual(['my\\ scenarios/first.yaml']);
    expect(await inBash('cosmicai run "my scenarios/f')).toEqual(['my scenarios/first.yaml']);
    expect(await inBash('cosmicai run my\\ scenarios/ --tag ')).toEqual(['quick']);
  });
});

describe.skipIf(!isInstalled('zsh'))('completion in zsh', () => {
  const inZsh = (...words: string[]) =>
    told('zsh', [
      '-f',
      '-c',
      'compdef() { }; source "$1"; compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- "$@" }; shift; words=("$@"); CURRENT=$#; _cosmicai',
      'zsh',
      scripts['zsh']!,
      'cosmicai',
      ...words,
    ]);

  it('offers commands, options, values and files', async () => {
    expect(await inZsh('comp')).toEqual(['compare', 'completion']);
    expect(await inZsh('run', '--backend', 'e')).toEqual(['embedded', 'endpoint']);
    expect(await inZsh('run', 'my\\ scenarios/')).toEqual(['my scenarios/first.yaml']);
  });
});

describe.skipIf(!isInstalled('fish'))('completion in fish', () => {
  const inFish = (line: string) =>
    told('fish', ['-N', '-c', 'source $argv[1]; complete -C $argv[2]', scripts['fish']!, line]);

  it('offers commands with what they do, options, values and files', async () => {
    expect(await inFish('cosmicai comple')).toEqual([
      'completion\tprint the script that completes commands, options and their values in a shell',
    ]);
    expect(await inFish('cosmicai run --backend e')).toEqual(['embedded', 'endpoint']);
    expect(await inFish("cosmicai run 'my scenarios/f")).toEqual([expect.stringContaining('first.yaml')]);
  });
});
