/**
 * Two machines build the same bytes: a second folder with other absolute paths, umask, time zone, locale, cache and
 * Node version, each running its own copy of the whole package.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../harness/artifacts/manifest.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';

const root = packageRoot();
// Beside the package: hard links to node_modules need the same file system.
const base = join(root, '.cosmicai');
const PARTS = [
  'harness',
  'lambdas',
  'statemachine',
  'cosmicai.yaml',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
let folder: string;
let elsewhere: string;
let here: Manifest;

beforeAll(() => {
  mkdirSync(base, { recursive: true });
  folder = mkdtempSync(join(base, 'reproducible-'));
  elsewhere = join(folder, 'an other', 'much', 'deeper', 'folder');
  mkdirSync(elsewhere, { recursive: true });
  const first = join(folder, 'first');
  for (const copy of [first, elsewhere]) {
    mkdirSync(copy, { recursive: true });
    for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
    execFileSync('cp', ['-al', join(root, 'node_modules'), join(copy, 'node_modules')]);
  }
  here = build(first, process.execPath, '022', {});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The manifest that the package in `place` prints, built with an empty cache. */
function build(place: string, node: string, umask: string, environment: NodeJS.ProcessEnv): Manifest {
  const script = `umask ${umask} && exec "$NODE" "$BIN" artifacts --json --target linux-x64`;
  const text = execFileSync('sh', ['-c', script], {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, ...environment, NODE: node, BIN: join(place, 'harness/cli/bin.mjs') },
  });
  const built = readdirSync(join(place, '.cosmicai/cache/artifacts')).filter((name) => name.endsWith('.zip'));
  expect(built).toHaveLength(3);
  return JSON.parse(text);
}

/** A Node of another major version from the package registry, kept for later runs; undefined when there is none. */
function otherNode(): { version: string; path: string } | undefined {
  const major = process.versions.node.startsWith('24.') ? '20' : '24';
  const place = join(base, 'cache', 'nodes', major);
  const path = join(place, 'package', 'bin', 'node');
  try {
    if (!existsSync(path)) {
      mkdirSync(place, { recursive: true });
      const name = `node-${process.platform}-${process.arch}@${major}`;
      const file = execFileSync('npm', ['pack', '--silent', name], { cwd: place, encoding: 'utf8' }).trim();
      execFileSync('tar', ['-xzf', file], { cwd: place });
      rmSync(join(place, file));
    }
    return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
  } catch {
    return undefined;
  }
}

const other = otherNode();
if (!other) process.stderr.write('!! NOT INSTALLED: a second Node version (one version builds both)\n');

describe('artifacts built elsewhere', () => {
  it(`are the same bytes under another path, umask, time zone, locale and Node (${other?.version ?? 'THE SAME NODE'})`, () => {
    const environment = { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' };
    const there = build(elsewhere, other?.path ?? process.execPath, '077', environment);
    expect(there).toEqual(here);
  });

  it('name every digest: three zips with their packages, the definition, the objects', () => {
    expect(here.functions.map(({ name }) => name)).toEqual(['init', 'inference', 'summarize']);
    const packages = here.functions[1]!.packages;
    expect(packages.map(({ name }) => name)).toContain('onnxruntime-node');
    expect(
      packages.every(({ sha512 }: { sha512?: string | undefined }) => /^[0-9a-f]{128}$/.test(sha512 ?? '')),
    ).toBe(true);
    expect(here.stateMachines[0]!.placeholders).toEqual([
      'InferenceFunctionArn',
      'InitFunctionArn',
      'MapExecutionType',
      'SummarizeFunctionArn',
    ]);
    expect(here.objects.map(({ name }) => name)).toContain('model.onnx');
  });
});
