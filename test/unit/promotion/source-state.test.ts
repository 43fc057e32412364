import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../../harness/project/project.ts';
import { readSourceState } from '../../../harness/promotion/evidence/source-state.ts';

let folder: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

/** A project whose one function lies in `lambdas`. */
const project = () => {
  const code = { kind: 'node-bundle', path: join(folder, 'lambdas', 'a b.ts') };
  const functions = { a: { code, files: {}, entries: {} } } as unknown as Project['functions'];
  return { folder, functions };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-state-'));
  mkdirSync(join(folder, 'lambdas'));
  writeFileSync(join(folder, 'lambdas', 'a b.ts'), '1');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readSourceState', () => {
  it('knows nothing outside a repository, which is not clean', async () => {
    expect(await readSourceState(project())).toEqual({ clean: false, changed: [] });
  });

  it('tells the commit, changed files, and unknown files among the sources only', async () => {
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', 'HEAD');
    expect(await readSourceState(project())).toEqual({ commit, clean: true, changed: [] });
    // Reports and evidence that lie about are no change of what is built.
    writeFileSync(join(folder, 'evidence.json'), '{}');
    expect(await readSourceState(project())).toEqual({ commit, clean: true, changed: [] });
    writeFileSync(join(folder, 'lambdas', 'new.ts'), '2');
    writeFileSync(join(folder, 'lambdas', 'a b.ts'), '3');
    expect(await readSourceState(project())).toEqual({
      commit,
      clean: false,
      changed: ['lambdas/a b.ts', 'lambdas/new.ts'],
    });
  });
});
