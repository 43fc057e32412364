/**
 * Foreign pipelines through the whole command line: validate, run, report, coverage, a scenario that rightly fails,
 * artifacts, and promotion to a second local AWS with a rollback. A new folder in test/projects takes part by itself.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../harness/project/load-project.ts';
import type { Project } from '../../harness/project/project.ts';

const BIN = resolve('harness/cli/bin.mjs');
const PROJECTS = resolve('test/projects');
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const hasPython = spawnSync('python3.11', ['--version']).status === 0;

/** What each failing scenario fails, as its report names it. */
const FAILURES: Record<string, RegExp> = {
  approval: /output at decision/,
  nested: /output at \[0\]\.total/,
  'order-etl': /every item has exactly one result/,
  's3-notification': /every item has exactly one result/,
  'shared-layer': /every item has exactly one result/,
  'team-python': /every item has exactly one result/,
};

/** Files under a folder whose names match, relative to it. */
function filesIn(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function cosmicai(cwd: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return new Promise((done) => {
    execFile(process.execPath, [BIN, ...args], { cwd, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function ok(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cosmicai(cwd, args);
  expect(code, `cosmicai ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** The account that is promoted to: another local AWS, in a process of its own. */
async function startAccount(folder: string): Promise<{ process: ChildProcess; endpoint: string }> {
  const child = spawn(process.execPath, [BIN, 'up', '--port', '0', '--state', join(folder, 'account')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise<string>((found, failed) => {
    child.once('exit', () => failed(new Error('the second local AWS ended')));
    child.stdout!.on('data', (chunk: Buffer) => {
      const url = /ready (\S+)/.exec(chunk.toString())?.[1];
      if (url) found(url);
    });
  });
  return { process: child, endpoint };
}

/** Scenarios that need neither a deployment, a clock nor notifications of their own. */
const smokesOf = (folder: string) =>
  filesIn(folder, /^scenarios\/[^/]*\.yaml$/).filter((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const starts = !/^steps:/m.test(text) || /^ {2}- (?:execute|together|invoke)/m.test(text);
    return starts && !/^(?:clock|deploy|faults|limits|mocks):/m.test(text);
  });

function promotionPolicy(project: Project, scenarios: readonly string[], endpoint: string): string {
  const buckets = Object.keys(project.buckets).map((name) => `${name}: prod-${name}`);
  return `apiVersion: cosmicai/v1
kind: PromotionPolicy
evidence: { signers: [{ name: ci, publicKey: keys/ci.pub }], commit: any, cleanWorkTree: false }
require:
${scenarios.map((name) => `  - { scenario: ${name}, clock: any }\n`).join('')}environments:
  prod:
    account: "000000000000"
    region: us-east-1
    endpoint: ${endpoint}
    prefix: prod-${project.name}
    releases: prod-releases
    buckets: { ${buckets.join(', ')} }
    smoke: ${JSON.stringify(smokesOf(project.folder).slice(0, 1))}
    watch: { for: 0 s }
`;
}

describe.each(readdirSync(PROJECTS))('%s', (name) => {
  const source = readFileSync(join(PROJECTS, name, 'cosmicai.yaml'), 'utf8');
  const functions = join(PROJECTS, name, 'functions');
  const needsBoto3 = filesIn(functions, /\.py$/).some((file) =>
    readFileSync(join(functions, file), 'utf8').includes('boto3'),
  );
  const runnable = (!source.includes('python3.11') || hasPython) && (!needsBoto3 || hasBoto3);
  if (!runnable) console.warn(`SKIPPED: ${name} needs python3.11${needsBoto3 ? ' and boto3' : ''}.`);

  describe.skipIf(!runnable)('as typed', () => {
    let folder: string;
    let project: Project;
    let account: Awaited<ReturnType<typeof startAccount>> | undefined;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), `cosmicai-${name}-`));
      cpSync(join(PROJECTS, name), folder, { recursive: true });
      project = loadProject(folder);
    });
    afterAll(() => {
      account?.process.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it('validates', async () => {
      const scenarios = filesIn(folder, /^(?:scenarios|failing)\/[^/]*\.yaml$/);
      const definitions = filesIn(folder, /^[^/]*\.asl\.(?:json|yaml)$/);
      await ok(folder, 'validate', 'cosmicai.yaml', ...scenarios, ...definitions);
    });

    it('passes, with a report and coverage of every state machine', async () => {
      await ok(folder, 'keygen', '--out', 'keys/ci');
      const stdout = await ok(
        folder,
        ...['run', '--attest', 'evidence.json', '--key', 'keys/ci.key'],
        ...['--html', 'report.html', '--json', 'report.json', '--junit', 'report.xml'],
      );
      const page = readFileSync(join(folder, 'report.html'), 'utf8');
      const names = [...Object.keys(project.functions), ...Object.keys(project.stateMachines)];
      expect(names.filter((one) => !page.includes(one))).toEqual([]);
      for (const { name: machine } of Object.values(project.stateMachines))
        expect(stdout).toMatch(new RegExp(`coverage of \\S*${machine}: (?!0/)`));
      expect(/galax|redshift|astromae/i.exec(page)).toBeNull();
    });

    it('fails where it should, with exit code 1 and the check by name', async () => {
      const { code, stdout, stderr } = await cosmicai(folder, ['run', 'failing']);
      expect(code, stdout + stderr).toBe(1);
      expect(stdout).toMatch(FAILURES[name] ?? /FAIL/);
    });

    it('builds artifacts of every function, layer and state machine', async () => {
      await ok(folder, 'artifacts', '--out', 'release');
      const manifest = readFileSync(join(folder, 'release/manifest.json'), 'utf8');
      const parts = [project.functions, project.layers, project.stateMachines].flatMap((some) =>
        Object.keys(some),
      );
      for (const one of parts) expect(manifest).toContain(`"${one}"`);
    });

    it('is promoted to a second local AWS, updated and rolled back', async () => {
      account = await startAccount(folder);
      const scenarios = filesIn(folder, /^scenarios\/[^/]*\.yaml$/).map(
        (file) => /^name: (\S+)$/m.exec(readFileSync(join(folder, file), 'utf8'))![1]!,
      );
      writeFileSync(join(folder, 'promotion.yaml'), promotionPolicy(project, scenarios, account.endpoint));
      await promote('evidence.json');
      const first = await ok(folder, 'releases', '--of', 'prod');
      writeFileSync(join(folder, 'cosmicai.yaml'), source.replace(/memoryMB: \d+/, 'memoryMB: 1024'));
      await ok(folder, 'run', '--attest', 'second.json', '--key', 'keys/ci.key');
      await promote('second.json');
      expect(await ok(folder, 'releases', '--of', 'prod')).not.toBe(first);
      expect(await ok(folder, 'rollback', '--to', 'prod')).toMatch(/\S/);
    });

    async function promote(evidence: string): Promise<void> {
      await ok(folder, 'promote', '--to', 'prod', '--evidence', evidence, '--plan', 'plan.json');
      await ok(folder, 'promote', '--to', 'prod', '--evidence', evidence, '--apply', 'plan.json');
    }
  });
});
