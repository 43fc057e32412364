/** AstroMAE's checkpoints against PyTorch. Needs a Python with torch: PYTHON, or python3 on the path. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { buildAstromae } from '../../../../harness/packs/redshift/model/build-astromae.ts';
import { importCheckpoint } from '../../../../harness/packs/redshift/model/import-checkpoint.ts';
import { inspectModel } from '../../../../harness/packs/redshift/model/inspect-model.ts';
import { predictSamples } from '../../../../harness/packs/redshift/model/predict-samples.ts';

const python = process.env['PYTHON'] ?? 'python3';
const torchIsThere = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
if (!torchIsThere) {
  console.warn(
    `SKIPPED: ${python} has no torch and numpy, so AstroMAE is not compared with PyTorch; set PYTHON.`,
  );
}
const script = resolve(import.meta.dirname, '../../../../harness/packs/redshift/model/astromae.py');

/** Samples of the published 50 MB partition. */
const SAMPLES = 2556;
/** Largest accepted |dz| between PyTorch and onnxruntime. */
const TOLERANCE = 2e-7;

describe.skipIf(!torchIsThere)('AstroMAE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'astromae-'));
  const partition = join(folder, 'samples.pt');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => generatePartitionFile({ seed: 5, samples: SAMPLES, format: 'pt' }, partition), 60_000);

  /** All forms of a seeded checkpoint in `out`, and PyTorch's predictions for the partition. */
  function checkpoints(out: string, ...flags: string[]): number[] {
    execFileSync(python, [script, '--out', out, '--forms', '--parity', partition, ...flags]);
    return JSON.parse(readFileSync(join(out, 'predictions.json'), 'utf8'));
  }

  async function largestDifference(model: Uint8Array, expected: number[]) {
    const { predicted } = await predictSamples(model, partition);
    expect(predicted).toHaveLength(expected.length);
    return Math.max(...expected.map((z, i) => Math.abs(z - predicted[i]!)));
  }

  it('is imported at full size from all five forms, equal to PyTorch on 2,556 samples', async () => {
    const out = join(folder, 'full');
    const expected = checkpoints(out, '--seed', '1');
    // Predictions differ from galaxy to galaxy, so an exchanged sample would be seen.
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3);
    const forms = [
      ['astromae.pt', 'module', 'checkpoint'],
      ['astromae-legacy.pt', 'module', 'checkpoint'],
      ['astromae-state.pt', 'state_dict', 'default'],
      ['astromae-parallel-state.pt', 'state_dict', 'default'],
      ['astromae.safetensors', 'safetensors', 'default'],
    ] as const;
    let first: Uint8Array | undefined;
    for (const [name, kind, headsFrom] of forms) {
      const file = join(out, name);
      if (!existsSync(file)) {
        console.warn(`SKIPPED: ${python} has no safetensors, so that form was not imported.`);
        continue;
      }
      const imported = await importCheckpoint(file);
      expect(imported).toMatchObject({ kind, headsFrom, parameters: 15_902_889, extra: [] });
      expect(imported.sizes).toMatchObject({ width: 192, blocks: 12, heads: 6, groups: 48 });
      expect(((4 * imported.parameters) / 2 ** 20).toFixed(11)).toBe('60.66470718384');
      if (first) expect(Buffer.compare(imported.bytes, first), `${name} makes the same graph`).toBe(0);
      else expect(await largestDifference(imported.bytes, expected)).toBeLessThanOrEqual(TOLERANCE);
      first ??= imported.bytes;
    }
  }, 300_000);

  it('is imported with other widths and heads', async () => {
    const out = join(folder, 'small');
    const expected = checkpoints(out, '--seed', '3', '--small');
    const { bytes, sizes } = await importCheckpoint(join(out, 'astromae.pt'));
    expect(sizes).toMatchObject({ width: 24, blocks: 2, heads: 3, groups: 12, features: 12, hidden: 16 });
    expect(await largestDifference(bytes, expected)).toBeLessThanOrEqual(TOLERANCE);
    // A state_dict does not record the heads, and another number gives other redshifts.
    const state = join(out, 'astromae-state.pt');
    const right = await importCheckpoint(state, { heads: 3 });
    expect(await largestDifference(right.bytes, expected)).toBeLessThanOrEqual(TOLERANCE);
    const wrong = await importCheckpoint(state, { heads: 2 });
    expect(await largestDifference(wrong.bytes, expected)).toBeGreaterThan(1e-5);
  });

  it('is built by `model build` with the contract of the function', async () => {
    const out = join(folder, 'built');
    const built = await buildAstromae({ seed: 1, folder: out, keepCheckpoint: true, small: true, python });
    expect(built.maxDifference).toBeLessThanOrEqual(TOLERANCE);
    const onnx = await inspectModel(built.file);
    expect(onnx.onnx?.inputs).toEqual(['image[N, 5, 32, 32]', 'magnitude[N, 5]']);
    expect(onnx.onnx?.outputs).toEqual(['redshift[N, 1]']);
  });
});
