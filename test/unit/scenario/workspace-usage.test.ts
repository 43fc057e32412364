import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspace } from '../../../harness/scenario/workspace.ts';
import {
  entriesToRemove,
  removeEntries,
  type WorkspaceEntry,
  workspaceEntries,
} from '../../../harness/scenario/workspace-usage.ts';

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;

const entry = (path: string, ageDays: number, sizeBytes: number, isFinished = true): WorkspaceEntry => ({
  kind: 'run',
  path,
  sizeBytes,
  changedAtMs: NOW_MS - ageDays * DAY_MS,
  isFinished,
});
const ENTRIES = [
  entry('a', 9, 100),
  entry('b', 8, 100, false),
  entry('c', 3, 50),
  entry('d', 1, 10),
  entry('e', 0, 500),
];
const removed = (removal: Parameters<typeof entriesToRemove>[1]) =>
  entriesToRemove(ENTRIES, removal).map(({ path }) => path);

it.each([
  ['nothing without a bound', {}, []],
  [
    'what was not changed since, but no run that may be going on',
    { changedBeforeMs: NOW_MS - 2 * DAY_MS },
    ['a', 'c'],
  ],
  ['nothing while the workspace is small enough', { maxSizeBytes: 760 }, []],
  ['the oldest until it is', { maxSizeBytes: 620 }, ['a', 'c']],
  ['everything that may go for a size of 1', { maxSizeBytes: 1 }, ['a', 'c', 'd', 'e']],
  ['by both bounds', { changedBeforeMs: NOW_MS - 4 * DAY_MS, maxSizeBytes: 650 }, ['a', 'c']],
] as const)('removes %s', (_, removal, expected) => {
  expect(removed(removal)).toEqual(expected);
});

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cosmicai-usage-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('measures whole trees and removes nothing else', async () => {
  const workspace = openWorkspace(root);
  const file = (...path: string[]) => {
    const name = join(...path);
    mkdirSync(join(name, '..'), { recursive: true });
    writeFileSync(name, 'x'.repeat(10));
    utimesSync(name, NOW_MS / 1000 - 7200, NOW_MS / 1000 - 7200);
    return name;
  };
  file(workspace.runs, 'done', 'outcome.json');
  file(workspace.runs, 'done', 'state', 'deep', 'data');
  file(workspace.runs, 'crashed', 'record.json');
  file(workspace.datasetCache, 'set', 'part.npz');
  const note = file(workspace.deployments, 'note.json');
  const entries = await workspaceEntries(workspace, Date.now());
  expect(
    entries.map(({ kind, path, sizeBytes }) => [kind, path.slice(root.length + 1), sizeBytes]).sort(),
  ).toEqual([
    ['dataset', join('cache', 'datasets', 'set'), 10],
    ['run', join('runs', 'crashed'), 10],
    ['run', join('runs', 'done'), 20],
  ]);
  // The folders were made just now: the run without an outcome may be going on.
  expect(entries.find(({ path }) => path.endsWith('crashed'))!.isFinished).toBe(false);
  await removeEntries(workspace, entriesToRemove(entries, { maxSizeBytes: 1 }));
  expect(existsSync(join(workspace.runs, 'done'))).toBe(false);
  expect(existsSync(join(workspace.runs, 'crashed'))).toBe(true);
  expect(existsSync(note)).toBe(true);
  await expect(removeEntries(workspace, [entry(tmpdir(), 1, 1)])).rejects.toThrow('is not in the workspace');
});
