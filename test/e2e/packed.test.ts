/** The package as npm would publish it, in a project of somebody else: types, library, fixture, matchers, command. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve('.');
let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'cosmicai-foreign-'));
  // What `prepack` does; npm would run `prepare` besides.
  await run('npm', ['run', 'prepack', '--silent'], { cwd: root });
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [{ filename }] = JSON.parse(packed.stdout);
  const installed = join(project, 'node_modules', 'cosmicai-harness');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['xzf', join(project, filename), '--strip-components=1', '-C', installed]);
  linkPackages();
  writeProject();
});
afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

/** What npm would install: the package's own dependencies, and the project's vitest and types; nothing else. */
function linkPackages(): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  const theirs = ['node_modules/vitest', 'node_modules/@types/node', 'node_modules/onnxruntime-node'];
  for (const [folder, { dev }] of Object.entries(packages)) {
    const isTop = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(folder);
    if (!isTop || (dev && !theirs.includes(folder) && !folder.includes('powertools'))) continue;
    mkdirSync(dirname(join(project, folder)), { recursive: true });
    symlinkSync(join(root, folder), join(project, folder));
  }
  mkdirSync(join(project, 'node_modules', '.bin'));
  symlinkSync('../cosmicai-harness/harness/cli/bin.mjs', join(project, 'node_modules/.bin/cosmicai'));
}

function writeProject(): void {
  const files: Record<string, string> = {
    'package.json': '{"name": "theirs", "private": true, "type": "module"}',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: ['node'] },
      include: ['*.ts'],
    }),
    'library.ts': `import { loadScenario, runScenario, startEmulator } from 'cosmicai-harness';
const loaded = loadScenario('first.yaml');
const name: string = loaded.name;
export const ran = (): Promise<boolean> => runScenario(loaded, { retries: 1 }).then(({ passed }) => passed);
export const started = () => startEmulator({ port: 0, stateDir: name });
// @ts-expect-error: there is no such option.
export const wrong = () => runScenario(loaded, { retry: 1 });
`,
    'pipeline.test.ts': `import { expect, test } from 'cosmicai-harness/vitest';
test('every partition has its result', { timeout: 120_000 }, async ({ pipeline }) => {
  await pipeline.putPartitions({ samples: 8, count: 2 });
  const run = await pipeline.execute();
  expect(run).toHaveSucceeded();
  expect(run).toHaveCompleteResults();
  expect(run).toMeetThreshold('state."Model Inference".visits', { eq: 2 });
  expect(() => expect(run).toHaveFailed()).toThrow();
});
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
}

it('has a command that writes and checks scenarios', async () => {
  const cosmicai = (...args: string[]) =>
    run(join(project, 'node_modules/.bin/cosmicai'), args, { cwd: project });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect((await cosmicai('--version')).stdout.trim()).toBe(version);
  await cosmicai('init', 'first.yaml');
  expect((await cosmicai('validate', 'first.yaml')).stdout).toMatch(/valid scenario/);
});

it('has types that a strict project compiles with, its libraries checked too', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], {
    cwd: project,
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

it("runs the pipeline in the project's own vitest, with fixture and matchers", async () => {
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const { stdout } = await run(process.execPath, [vitest, 'run', '--root', project], {
    cwd: project,
    env: { ...process.env, NO_COLOR: '1' },
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toMatch(/Tests {2}1 passed \(1\)/);
});
