/** Artifacts as files: bills of materials, what has changed, and everything digested anew when it is read back. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readArtifactFolder,
  readManifest,
  writeArtifactFolder,
} from '../../../harness/artifacts/artifact-folder.ts';
import { type ArtifactSet, buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { compareManifests, manifestOf } from '../../../harness/artifacts/manifest.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import { ARTIFACT_CACHE, cosmicAi } from '../../cosmic-ai.ts';

const target = { platform: process.platform, arch: process.arch };
let folder: string;
let built: ArtifactSet;
let written: string;

const build = (handlers = {}) =>
  buildArtifacts({
    project: cosmicAi({ modelFolder: join(folder, 'model'), handlers }),
    cacheFolder: ARTIFACT_CACHE,
    target,
  });
const PROJECT = { name: 'cosmicai', version: '0.1.0' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artifact-folder-'));
  mkdirSync(join(folder, 'model'));
  writeFileSync(join(folder, 'model', 'model.onnx'), 'weights');
  built = await build();
  written = join(folder, 'written');
  writeArtifactFolder(written, built, PROJECT);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder of artifacts', () => {
  it('is read back with the digests of its bytes', () => {
    const read = readArtifactFolder(written);
    expect(manifestOf(read)).toEqual(manifestOf(built));
    expect(compareManifests(readManifest(written), manifestOf(read))).toEqual([]);
  });

  it('a zip changed by one byte has another digest, whatever the manifest says', () => {
    const copy = join(folder, 'changed');
    writeArtifactFolder(copy, built, PROJECT);
    const file = join(copy, 'functions/init.zip');
    const bytes = readFileSync(file);
    // A byte of the compressed script, far from the directory at the end.
    bytes[1000]! ^= 1;
    writeFileSync(file, bytes);
    const read = readArtifactFolder(copy);
    expect(read.functions['init']!.sha256).not.toBe(built.functions['init']!.sha256);
    expect(read.functions['inference']!.sha256).toBe(built.functions['inference']!.sha256);
  });

  it('refuses a package over 250 MB unzipped, by its own directory', () => {
    const copy = join(folder, 'large');
    writeArtifactFolder(copy, built, PROJECT);
    const zeros = new Uint8Array(250 * 1024 * 1024 + 1);
    writeFileSync(join(copy, 'functions/summarize.zip'), zipSync({ 'index.js': [zeros, { level: 1 }] }));
    expect(() => readArtifactFolder(copy)).toThrowError(
      /summarize\.zip cannot be read: the package of summarize has 250\.0 MB unzipped, and Lambda takes 250\.0 MB/,
    );
  });

  it('says what is missing or broken', () => {
    expect(() => readArtifactFolder(join(folder, 'none'))).toThrowError(
      /manifest\.json cannot be read: there is none/,
    );
    const copy = join(folder, 'broken');
    writeArtifactFolder(copy, built, PROJECT);
    writeFileSync(join(copy, 'functions/init.zip'), 'no zip');
    expect(() => readArtifactFolder(copy)).toThrowError(/init\.zip cannot be read: it is no zip/);
    writeFileSync(join(copy, 'manifest.json'), '{"target": 1}');
    expect(() => readArtifactFolder(copy)).toThrowError(/it is no manifest of artifacts/);
  });
});

describe('bills of materials', () => {
  it.each(['init', 'inference', 'summarize'])('of %s follow the schema of CycloneDX 1.6', async (name) => {
    const text = readFileSync(join(written, `functions/${name}.cdx.json`), 'utf8');
    const problem = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
    expect(problem).toBeNull();
  });

  it('name what is in the inference zip: packages by version and digest, and native files', () => {
    const { metadata, components } = JSON.parse(
      readFileSync(join(written, 'functions/inference.cdx.json'), 'utf8'),
    );
    expect(metadata.component.properties[0].value).toBe(built.functions['inference']!.sha256);
    const onnx = components.find(({ name }: { name: string }) => name === 'onnxruntime-node');
    const { version } = JSON.parse(
      readFileSync(join(packageRoot(), 'node_modules/onnxruntime-node/package.json'), 'utf8'),
    );
    expect(onnx).toMatchObject({ purl: `pkg:npm/onnxruntime-node@${version}`, hashes: [{ alg: 'SHA-512' }] });
    const files = components.filter(({ type }: { type: string }) => type === 'file');
    expect(files.map(({ name }: { name: string }) => name)).toEqual(
      built.functions['inference']!.entries.map(({ name }) => name).filter((name) =>
        /\.node$|\.so|\.dylib/.test(name),
      ),
    );
    // Development tools are no part of what is deployed.
    expect(components.some(({ name }: { name: string }) => name === 'esbuild')).toBe(false);
  });
});

describe('compareManifests', () => {
  it('tells changed code, packages that went, and a changed model', async () => {
    const handler = join(folder, 'small.ts');
    writeFileSync(handler, 'export const handler = async () => ({});\n');
    writeFileSync(join(folder, 'model', 'model.onnx'), 'other weights');
    const changes = compareManifests(manifestOf(built), manifestOf(await build({ summarize: handler })));
    expect(changes[0]).toMatch(/^summarize \S{12} -> \S{12}, -\d+ bytes$/);
    expect(changes.some((line) => /^summarize: - zod \d/.test(line))).toBe(true);
    expect(changes.at(-1)).toMatch(
      /^object s3:\/\/team4-cosmical\/Anomaly Detection\/model\.onnx \S{12} -> \S{12}, \+6 bytes$/,
    );
    expect(changes.some((line) => line.startsWith('init'))).toBe(false);
  });
});
