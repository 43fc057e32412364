/** AstroMAE from weights to a green pipeline, as a person types it. Needs a Python with torch: PYTHON, or python3. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../harness/packs/redshift/data/generate.ts';
import { linkProject } from '../cosmic-ai.ts';

const BIN = resolve('harness/cli/bin.mjs');
const python = process.env['PYTHON'] ?? 'python3';
const torchIsThere = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
if (!torchIsThere)
  console.warn(`SKIPPED: ${python} has no torch and numpy, so no pipeline ran AstroMAE; set PYTHON.`);

const SCENARIO = `apiVersion: cosmicai/v1
kind: Scenario
name: astromae
dataset: { generate: { format: pt, samples: 20, count: 2 } }
matrix: { where: [s3, bundle] }
deploy: { memoryMB: 1769, model: models/half, modelIn: "\${where}" }
expect:
  status: SUCCEEDED
  complete: true
  predictions: { finite: true }
  jsonata:
    - { name: the model came from there, that: "$count(results[$contains(model_key, 'bundle:')]) = (parameters.where = 'bundle' ? 2 : 0)" }
`;

describe.skipIf(!torchIsThere)('AstroMAE in the pipeline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-model-'));
  const cosmicai = (...args: string[]) =>
    execFileSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  beforeAll(async () => {
    linkProject(folder);
    await generatePartitionFile({ seed: 5, samples: 40, format: 'pt' }, join(folder, '1.pt'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('is built, halved, and run from S3 and from the zip', () => {
    const [full, half] = ['models/astromae', 'models/half'];
    const built = cosmicai('model', 'build', 'astromae', '--small', '--out', full, '--python', python);
    expect(built).toContain(`wrote ${full}/model.onnx`);
    const halved = cosmicai(
      ...['model', 'quantize', `${full}/model.onnx`, '--to', 'float16', '--untrained'],
      ...['--data', '1.pt', '--out', `${half}/model.onnx`],
    );
    expect(halved).toMatch(/weights are float16: .* MiB/);
    const sizes = [full, half].map((name) => statSync(join(folder, name, 'model.onnx')).size);
    // Two bytes less for each weight that is float16; constants too small to gain stay float32.
    const weights = Number(/with ([\d,]+) weights are float16/.exec(halved)![1]!.replaceAll(',', ''));
    expect((sizes[0]! - sizes[1]!) / (2 * weights)).toBeCloseTo(1, 1);
    writeFileSync(join(folder, 'astromae.yaml'), SCENARIO);
    expect(cosmicai('run', 'astromae.yaml', '--json', 'run.json')).toContain('2 passed');
  });
});
