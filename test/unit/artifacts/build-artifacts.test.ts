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
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ArtifactSet,
  type BuildOptions,
  buildArtifacts,
} from '../../../harness/artifacts/build-artifacts.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import type { InvalidDocument } from '../../../harness/document/diagnostics.ts';
import { ARTIFACT_CACHE, type CosmicAiChanges, cosmicAi } from '../../cosmic-ai.ts';

const target = { platform: process.platform, arch: process.arch };
let folder: string;
let modelFolder: string;
let built: ArtifactSet;

const build = (changes: CosmicAiChanges = {}, options: Partial<BuildOptions> = {}) =>
  buildArtifacts({
    project: cosmicAi({ modelFolder, ...changes }),
    cacheFolder: join(folder, 'cache'),
    target,
    ...options,
  });
const zipOf = (set: ArtifactSet, name: string) => set.functions[name]!;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  modelFolder = join(folder, 'model');
  mkdirSync(modelFolder);
  writeFileSync(join(modelFolder, 'model.onnx'), 'weights');
  built = await build();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('buildArtifacts', () => {
  it('knows each zip by the digest that Lambda will answer', () => {
    for (const { zipFile, sha256, sizeBytes } of Object.values(built.functions)) {
      const zip = readFileSync(zipFile);
      expect(createHash('sha256').update(zip).digest('base64')).toBe(sha256);
      expect(zip.length).toBe(sizeBytes);
    }
  });

  it('keeps the inference zip within its budget: one platform, no duplicate library', () => {
    const { sizeBytes, unzippedBytes, entries } = zipOf(built, 'inference');
    expect(sizeBytes).toBeLessThan(50 * 1024 * 1024);
    expect(unzippedBytes).toBeLessThan(150 * 1024 * 1024);
    const names = entries.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['index.js', 'index.js.map', 'session-worker.js', 'session-worker.js.map']),
    );
    const native = names.filter((name) => /\.(?:node|so|dylib|dll)/.test(name));
    expect(native.filter((name) => name.endsWith('onnxruntime_binding.node'))).toHaveLength(1);
    expect(native.filter((name) => name.includes('libonnxruntime'))).toHaveLength(1);
    expect(zipOf(built, 'init').entries.map(({ name }) => name)).toEqual(['index.js', 'index.js.map']);
    expect(zipOf(built, 'init').sizeBytes).toBeLessThan(1024 * 1024);
  });

  it.each(['x64', 'arm64'])(
    'keeps it within the budget for linux-%s: 50 MB zipped, 150 MB unzipped',
    async (arch) => {
      const set = await build({}, { cacheFolder: ARTIFACT_CACHE, target: { platform: 'linux', arch } });
      const { sizeBytes, unzippedBytes, entries } = zipOf(set, 'inference');
      expect(sizeBytes).toBeLessThan(50e6);
      expect(unzippedBytes).toBeLessThan(150e6);
      expect(entries.some(({ name }) => name.includes(`/linux/${arch}/libonnxruntime`))).toBe(true);
    },
    60_000,
  );

  it('puts the model into the zip of inference when it is to be bundled, and only there', async () => {
    const bundled = await build({ modelIn: 'bundle' });
    expect(bundled.objects).toEqual([]);
    expect(zipOf(bundled, 'inference').entries).toContainEqual({ name: 'model/model.onnx', sizeBytes: 7 });
    expect(zipOf(bundled, 'inference').sha256).not.toBe(zipOf(built, 'inference').sha256);
    expect(zipOf(bundled, 'init').sha256).toBe(zipOf(built, 'init').sha256);
    const unzipped = unzipSync(readFileSync(zipOf(bundled, 'inference').zipFile));
    expect(Buffer.from(unzipped['model/model.onnx']!).toString()).toBe('weights');
    expect(built.objects.map(({ name }) => name)).toEqual(['model.onnx']);
  });

  it('makes zips that start on their own, away from every node_modules', () => {
    for (const { name, zipFile } of Object.values(built.functions)) {
      const unpacked = join(folder, name);
      mkdirSync(unpacked);
      for (const [entry, bytes] of Object.entries(unzipSync(readFileSync(zipFile)))) {
        mkdirSync(dirname(join(unpacked, entry)), { recursive: true });
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
    // What the bundles are made of: the nearest tsconfig.json says how their sources are read.
    for (const part of [
      'lambdas',
      'statemachine',
      'package.json',
      'package-lock.json',
      'cosmicai.yaml',
      'tsconfig.json',
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const again = await build({}, { project: cosmicAi({ modelFolder }, copy) });
    for (const name of ['init', 'inference', 'summarize']) {
      expect(zipOf(again, name).sha256).toBe(zipOf(built, name).sha256);
    }
    expect(again.stateMachines['pipeline']!.sha256).toBe(built.stateMachines['pipeline']!.sha256);
    expect(again.objects.map(({ sha256 }) => sha256)).toEqual(built.objects.map(({ sha256 }) => sha256));
  }, 60_000);

  it('takes a handler of the scenario in place of a function', async () => {
    const handler = join(folder, 'broken.ts');
    writeFileSync(
      handler,
      "export const handler = async (): Promise<never> => { throw new Error('on purpose'); };\n",
    );
    const set = await build({ handlers: { inference: handler } });
    expect(zipOf(set, 'inference').entries.map(({ name }) => name)).toEqual(['index.js', 'index.js.map']);
    expect(zipOf(set, 'init').sha256).toBe(zipOf(built, 'init').sha256);
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
    const cacheFolder = join(folder, 'again');
    const digest = async () =>
      zipOf(await build({ handlers: { init: handler } }, { cacheFolder }), 'init').sha256;
    const first = await digest();
    expect(await digest()).toBe(first);
    writeFileSync(imported, 'export const answer = 2;\n');
    const second = await digest();
    expect(second).not.toBe(first);
    // Same size, another time of change.
    writeFileSync(imported, 'export const answer = 3;\n');
    expect(await digest()).not.toBe(second);
    rmSync(imported);
    await expect(digest()).rejects.toMatchObject({ code: 'invalid-document' });
  }, 60_000);

  it('tells everything that cannot be built, each at its line of the project', async () => {
    const handler = join(folder, 'bad.ts');
    writeFileSync(handler, 'export const handler = (;\n');
    const sunos = { target: { platform: 'sunos', arch: 'x64' } };
    const error = await build({ handlers: { init: handler } }, sunos).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-document', exitCode: 2 });
    const messages = (error as InvalidDocument).diagnostics.map(
      ({ field, message }) => `${field}: ${message}`,
    );
    expect(messages).toEqual([
      expect.stringMatching(
        /^functions\.init\.code: the function init does not build: .*bad\.ts:1:25: Unexpected ";"$/,
      ),
      expect.stringMatching(
        /^functions\.inference\.code: the package onnxruntime-node has no files .* none for sunos-x64$/,
      ),
    ]);
    expect(() => cosmicAi({ modelFolder: join(folder, 'none') })).toThrowError(/exactly one \.onnx file/);
  }, 30_000);
});
