/** AstroMAE's checkpoints against PyTorch. Needs a Python with torch: PYTHON, or python3 on the path. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { buildAstromae } from '../../../../harness/packs/redshift/model/build-astromae.ts';
import {
  type ImportOptions,
  importCheckpoint,
} from '../../../../harness/packs/redshift/model/import-checkpoint.ts';
import { inspectModel } from '../../../../harness/packs/redshift/model/inspect-model.ts';
import { predictSamples } from '../../../../harness/packs/redshift/model/predict-samples.ts';

const python = process.env['PYTHON'] ?? 'python3';
const torchIsThere = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
if (!torchIsThere) {
  console.warn(
    `SKIPPED: ${python} has no torch and numpy, so nobody compared AstroMAE with PyTorch; set PYTHON.`,
  );
}
const script = resolve(import.meta.dirname, '../../../../harness/packs/redshift/model/astromae.py');

describe.skipIf(!torchIsThere)('AstroMAE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'astromae-'));
  const partition = join(folder, 'samples.pt');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => generatePartitionFile({ seed: 5, samples: 100, format: 'pt' }, partition));

  /** Small seeded checkpoints in `out`, and what PyTorch answers for the partition. */
  function checkpoints(out: string, ...flags: string[]): number[] {
    execFileSync(python, [script, '--out', out, '--small', '--state', '--parity', partition, ...flags]);
    return JSON.parse(readFileSync(join(out, 'predictions.json'), 'utf8'));
  }

  async function largestDifference(file: string, expected: number[], options?: ImportOptions) {
    const { bytes } = await importCheckpoint(file, options);
    const { predicted } = await predictSamples(bytes, partition);
    expect(predicted).toHaveLength(expected.length);
    return Math.max(...expected.map((z, i) => Math.abs(z - predicted[i]!)));
  }

  it('is imported from a module, a state_dict and safetensors, equal to PyTorch within 1e-5', async () => {
    const out = join(folder, 'zip');
    const expected = checkpoints(out, '--seed', '3');
    // Nothing is compared with itself: predictions differ from galaxy to galaxy.
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3);
    expect(await largestDifference(join(out, 'astromae.pt'), expected)).toBeLessThan(1e-5);
    const state = join(out, 'astromae-state.pt');
    expect(await largestDifference(state, expected, { heads: 3 })).toBeLessThan(1e-5);
    // The number of heads matters, and a state_dict does not say it.
    expect(await largestDifference(state, expected)).toBeGreaterThan(1e-5);
    const safe = join(out, 'astromae.safetensors');
    if (existsSync(safe)) expect(await largestDifference(safe, expected, { heads: 3 })).toBeLessThan(1e-5);
    else console.warn(`SKIPPED: ${python} has no safetensors, so no such checkpoint was imported.`);
  });

  it('is imported from the older serialization, whose pickle names the source of every class', async () => {
    const out = join(folder, 'legacy');
    const expected = checkpoints(out, '--seed', '4', '--legacy');
    expect(await largestDifference(join(out, 'astromae.pt'), expected)).toBeLessThan(1e-5);
  });

  it('is built at full size: 15.9 M parameters, 60.66 MB, equal to PyTorch', async () => {
    const out = join(folder, 'full');
    const built = await buildAstromae({ seed: 1, folder: out, keepCheckpoint: true, python });
    expect(built.sizes).toMatchObject({ width: 192, blocks: 12, features: 1096, hidden: 1024, heads: 12 });
    expect(built.maxDifference).toBeLessThan(1e-5);
    const names = (await inspectModel(join(out, 'astromae.pt'))).tensors.filter(
      ({ name }) => !/running_|num_batches/.test(name) && !name.startsWith('inception_model.conv2d_init'),
    );
    const parameters = names.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
    expect(parameters).toBe(15_900_585);
    expect(((4 * parameters) / 2 ** 20).toFixed(2)).toBe('60.66');
    expect(built.extra).toEqual([]);
    const onnx = await inspectModel(built.file);
    expect(onnx.onnx?.inputs).toEqual(['image[N, 5, 32, 32]', 'magnitude[N, 5]']);
    expect(onnx.onnx?.outputs).toEqual(['redshift[N, 1]']);
  });
});
