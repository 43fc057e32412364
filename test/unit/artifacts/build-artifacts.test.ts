import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactSet, buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';

const target = { platform: process.platform, arch: process.arch };
let folder: string;
let modelFolder: string;
let built: ArtifactSet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  modelFolder = join(folder, 'model');
  mkdirSync(modelFolder);
  writeFileSync(join(modelFolder, 'model.onnx'), 'weights');
  built = await buildArtifacts({ cacheFolder: join(folder, 'cache'), target, modelFolder });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('buildArtifacts', () => {
  it('knows each zip by the digest that Lambda will answer', () => {
    for (const { zipFile, sha256, sizeBytes } of Object.values(built.lambdas)) {
      const zip = readFileSync(zipFile);
      expect(createHash('sha256').update(zip).digest('base64')).toBe(sha256);
      expect(zip.length).toBe(sizeBytes);
    }
  });

  it('keeps the inference zip within its budget: one platform, no duplicate library', () => {
    const { sizeBytes, unzippedBytes, entries } = built.lambdas.inference;
    expect(sizeBytes).toBeLessThan(50 * 1024 * 1024);
    expect(unzippedBytes).toBeLessThan(150 * 1024 * 1024);
    expect(entries.map(({ name }) => name)).toEqual([
      'index.js',
      'session-worker.js',
      'onnxruntime_binding.node',
      expect.stringMatching(/^libonnxruntime/),
    ]);
    expect(built.lambdas.init.entries.map(({ name }) => name)).toEqual(['index.js']);
    expect(built.lambdas.init.sizeBytes).toBeLessThan(1024 * 1024);
  });

  it.each(['x64', 'arm64'])(
    'keeps it within the budget for linux-%s: 50 MB zipped, 150 MB unzipped',
    async (arch) => {
      const { lambdas } = await buildArtifacts({
        cacheFolder: join(packageRoot(), '.cosmicai', 'cache', 'artifacts'),
        target: { platform: 'linux', arch },
        modelFolder,
      });
      expect(lambdas.inference.sizeBytes).toBeLessThan(50e6);
      expect(lambdas.inference.unzippedBytes).toBeLessThan(150e6);
      expect(lambdas.inference.entries.some(({ name }) => name.startsWith('libonnxruntime'))).toBe(true);
    },
    60_000,
  );

  it('puts the model into the zip of inference when it is to be bundled, and only there', async () => {
    const options = { cacheFolder: join(folder, 'cache'), target, modelFolder };
    const bundled = await buildArtifacts({ ...options, modelIn: 'bundle' });
    expect(bundled.model.bundled).toBe('model.onnx');
    expect(bundled.lambdas.inference.entries.at(-1)).toEqual({ name: 'model/model.onnx', sizeBytes: 7 });
    expect(bundled.lambdas.inference.sha256).not.toBe(built.lambdas.inference.sha256);
    expect(bundled.lambdas.init.sha256).toBe(built.lambdas.init.sha256);
    const unzipped = unzipSync(readFileSync(bundled.lambdas.inference.zipFile));
    expect(Buffer.from(unzipped['model/model.onnx']!).toString()).toBe('weights');
    expect(built.model.bundled).toBeUndefined();
  });

  it('makes zips that start on their own, away from every node_modules', () => {
    for (const { name, zipFile } of Object.values(built.lambdas)) {
      const unpacked = join(folder, name);
      mkdirSync(unpacked);
      for (const [entry, bytes] of Object.entries(unzipSync(readFileSync(zipFile)))) {
        writeFileSync(join(unpacked, entry), bytes);
      }
      const answer = execFileSync(
        process.execPath,
        ['-e', 'process.stdout.write(typeof require("./index.js").handler)'],
        { cwd: unpacked, encoding: 'utf8', env: { PATH: process.env['PATH'], AWS_REGION: 'us-east-1' } },
      );
      expect(answer).toBe('function');
    }
  }, 30_000);

  it('builds the same bytes from a copy of the sources elsewhere', async () => {
    const copy = join(folder, 'elsewhere', 'deeper');
    const root = packageRoot();
    for (const part of ['lambdas', 'statemachine', 'package.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const again = await buildArtifacts({
      cacheFolder: join(folder, 'cache'),
      target,
      modelFolder,
      root: copy,
    });
    for (const name of ['init', 'inference', 'summarize'] as const) {
      expect(again.lambdas[name].sha256).toBe(built.lambdas[name].sha256);
    }
    expect(again.stateMachine.sha256).toBe(built.stateMachine.sha256);
    expect(again.model.sha256).toBe(built.model.sha256);
  }, 60_000);

  it('takes a handler of the scenario in place of a function', async () => {
    const handler = join(folder, 'broken.ts');
    writeFileSync(
      handler,
      "export const handler = async (): Promise<never> => { throw new Error('on purpose'); };\n",
    );
    const { lambdas } = await buildArtifacts({
      cacheFolder: join(folder, 'cache'),
      target,
      modelFolder,
      handlers: { inference: handler },
    });
    expect(lambdas.inference.entries.map(({ name }) => name)).toEqual(['index.js']);
    expect(lambdas.init.sha256).toBe(built.lambdas.init.sha256);
  }, 30_000);

  it('bundles a function again when one of its sources has changed, and only then', async () => {
    const imported = join(folder, 'answer.ts');
    const handler = join(folder, 'answers.ts');
    writeFileSync(imported, 'export const answer = 1;\n');
    writeFileSync(
      handler,
      "import { answer } from './answer.ts';\nexport const handler = async () => answer;\n",
    );
    const past = new Date(1_700_000_000_000);
    for (const file of [imported, handler]) utimesSync(file, past, past);
    const options = { cacheFolder: join(folder, 'again'), target, modelFolder, handlers: { init: handler } };
    const digest = async () => (await buildArtifacts(options)).lambdas.init.sha256;
    const first = await digest();
    expect(await digest()).toBe(first);
    writeFileSync(imported, 'export const answer = 2;\n');
    const second = await digest();
    expect(second).not.toBe(first);
    // Same size, another time of change.
    writeFileSync(imported, 'export const answer = 3;\n');
    expect(await digest()).not.toBe(second);
    rmSync(imported);
    await expect(digest()).rejects.toMatchObject({ code: 'bundle-failed' });
  }, 60_000);

  it('says which source does not build, and that a model is missing', async () => {
    const handler = join(folder, 'bad.ts');
    writeFileSync(handler, 'export const handler = (;\n');
    const options = { cacheFolder: join(folder, 'cache'), target, modelFolder };
    await expect(buildArtifacts({ ...options, handlers: { init: handler } })).rejects.toMatchObject({
      code: 'bundle-failed',
      exitCode: 2,
      location: { file: handler },
    });
    await expect(buildArtifacts({ ...options, modelFolder: join(folder, 'none') })).rejects.toMatchObject({
      code: 'no-model',
    });
    await expect(
      buildArtifacts({ ...options, target: { platform: 'sunos', arch: 'x64' } }),
    ).rejects.toMatchObject({
      code: 'no-native-module',
      exitCode: 3,
    });
  }, 30_000);
});
