import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../../../../harness/packs/redshift/data/generate.ts';
import { halveWeights, toFloat16 } from '../../../../../harness/packs/redshift/model/half-weights.ts';
import { readOnnxFile } from '../../../../../harness/packs/redshift/model/inspect-model.ts';
import { isTrained, judgeQuantized } from '../../../../../harness/packs/redshift/model/judge-quantized.ts';
import { GraphBuilder } from '../../../../../harness/packs/redshift/model/onnx/graph-builder.ts';
import { renderModel } from '../../../../../harness/packs/redshift/model/onnx/schema.ts';
import { predictSamples } from '../../../../../harness/packs/redshift/model/predict-samples.ts';
import { quantizableKinds, quantizeModel } from '../../../../../harness/packs/redshift/model/quantize.ts';
import { selectLayers } from '../../../../../harness/packs/redshift/model/select-layers.ts';
import { meanModel } from '../../../lambdas/tiny-model.ts';

const file = resolve(import.meta.dirname, '../../../../../lambdas/inference/model/model.onnx');
const folder = mkdtempSync(join(tmpdir(), 'quantize-'));
const partition = join(folder, 'samples.pt');
beforeAll(() => generatePartitionFile({ seed: 303, samples: 300, format: 'pt' }, partition));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('quantising the default model', () => {
  it('makes its linear layers int8, and the redshifts stay near', async () => {
    const { model, layers, weights } = quantizeModel(await readOnnxFile(file), file);
    expect(layers).toBeGreaterThanOrEqual(2);
    const bytes = renderModel(model);
    // A weight is one byte instead of four, and a scale per output is added.
    expect(readFileSync(file).length - bytes.length).toBeGreaterThan(2.5 * weights);
    const float = await predictSamples(file, partition);
    const int8 = await predictSamples(bytes, partition);
    const differences = float.predicted.map((z, i) => Math.abs(z - int8.predicted[i]!));
    expect(Math.max(...differences)).toBeGreaterThan(0);
    expect(Math.max(...differences)).toBeLessThan(0.05);
    const verdict = judgeQuantized(float, int8, 0.2);
    expect(verdict.against).toBe('redshifts');
    expect(verdict.float.sigmaNmad).toBeGreaterThan(0.005);
    expect(verdict.accepted).toBe(true);
  });

  it('has a float model that reads and writes without loss', async () => {
    const again = renderModel(await readOnnxFile(file));
    const { predicted } = await predictSamples(again, partition);
    expect(predicted).toEqual((await predictSamples(file, partition)).predicted);
  });

  it('keeps what a linear layer is added to, when that is a matrix', async () => {
    const graph = new GraphBuilder();
    const weight = Float32Array.from({ length: 5 * 1024 }, (_, i) => Math.sin(i));
    const first = graph.op('MatMul', ['magnitude', graph.floats('first', [5, 1024], weight)]);
    const onto = graph.op('Relu', [first]);
    const second = Float32Array.from({ length: 1024 * 1024 }, (_, i) => Math.cos(i) / 1024);
    const sum = graph.op('Gemm', [first, graph.floats('second', [1024, 1024], second), onto]);
    const mean = graph.op('ReduceMean', [sum, graph.integers('axis', [1])], { keepdims: 1 });
    graph.rename(
      graph.op('Add', [
        mean,
        graph.op('ReduceMean', [graph.op('Flatten', ['image']), graph.integers('axis', [1])], {
          keepdims: 1,
        }),
      ]),
      'redshift',
    );
    const float = graph.model('two-layers', { image: [5, 32, 32], magnitude: [5] }, { redshift: [1] }, {});
    const { model, layers } = quantizeModel(float, 'two-layers.onnx');
    expect(layers).toBe(2);
    const before = await predictSamples(renderModel(float), partition);
    const after = await predictSamples(renderModel(model), partition);
    const spread = Math.max(...before.predicted) - Math.min(...before.predicted);
    before.predicted.forEach(
      (z, i) =>
        void expect(Math.abs(z - after.predicted[i]!)).toBeLessThan(0.05 * Math.abs(z) + 0.05 * spread),
    );
    expect(after.predicted).not.toEqual(before.predicted);
  });

  it('refuses a model without a linear layer', async () => {
    const tiny = join(folder, 'tiny.onnx');
    writeFileSync(tiny, meanModel());
    expect(() => quantizeModel({ ...emptyModel }, tiny)).toThrow(/no linear layer large enough/);
  });
});

const emptyModel = {
  irVersion: 8,
  producerName: '',
  producerVersion: '',
  graph: { name: '', node: [], initializer: [], input: [], output: [] },
  opsetImport: [],
  metadataProps: [],
};

describe('weights as float16', () => {
  it('take half the bytes, and the redshifts stay within 1e-3', async () => {
    const { model, weights } = halveWeights(await readOnnxFile(file), file);
    const bytes = renderModel(model);
    expect(weights).toBeGreaterThan(10_000);
    expect(readFileSync(file).length - bytes.length).toBeGreaterThan(1.8 * weights);
    const before = await predictSamples(file, partition);
    const after = await predictSamples(bytes, partition);
    const differences = before.predicted.map((z, i) => Math.abs(z - after.predicted[i]!));
    expect(Math.max(...differences)).toBeGreaterThan(0);
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });

  it('are the nearest there are', () => {
    const sizeOf = (half: number) => {
      const exponent = (half >> 10) & 31;
      const significand = half & 1023;
      const size = exponent === 0 ? significand * 2 ** -24 : (1024 + significand) * 2 ** (exponent - 25);
      return half & 0x8000 ? -size : size;
    };
    // Every finite one is itself, and what lies between two neighbours becomes the nearer, halfway the even one.
    const wrong: number[] = [];
    for (let half = 0; half < 0x7bff; half++) {
      const [low, high] = [sizeOf(half), sizeOf(half + 1)];
      const right =
        toFloat16(low) === half &&
        toFloat16(-high) === (0x8000 | (half + 1)) &&
        toFloat16(low + 0.25 * (high - low)) === half &&
        toFloat16(low + 0.75 * (high - low)) === half + 1 &&
        toFloat16((low + high) / 2) === half + (half & 1);
      if (!right) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  it('are refused where there are none to gain from', () => {
    expect(() => halveWeights({ ...emptyModel }, 'tiny.onnx')).toThrow(/no float32 constant/);
  });
});

describe('choosing layers', () => {
  it('gives the most sensitive kinds back to float32 until the gate accepts', async () => {
    const model = await readOnnxFile(file);
    const float = await predictSamples(file, partition);
    const all = [...quantizableKinds(model).keys()];
    expect(all.length).toBeGreaterThanOrEqual(2);
    const strict = await selectLayers(model, file, partition, float, 0.02);
    const effects = strict.kinds.map(({ effect }) => effect);
    expect(effects).toEqual([...effects].sort((a, b) => b - a));
    expect(effects[0]).toBeGreaterThan(0);
    // What is int8 is less sensitive than what is not; layers of the distribution alone stay float32.
    const sensitive = strict.kinds.filter(({ effect }) => effect > 0);
    const first = sensitive.findIndex(({ int8 }) => int8);
    expect(sensitive.slice(first).every(({ int8 }) => int8)).toBe(true);
    expect(strict.kinds.every(({ int8, effect }) => !int8 || effect > 0)).toBe(true);
    const loose = await selectLayers(model, file, partition, float, 10);
    expect(loose.verdict.accepted).toBe(true);
    expect(loose.kinds.every(({ int8, effect }) => int8 === effect > 0)).toBe(true);
    expect(loose.layers).toBeGreaterThanOrEqual(strict.layers);
  });
});

describe('the verdict', () => {
  const truth = Float32Array.of(0.1, 0.2, 0.3, 0.4);
  /** Predictions of a trained network: scattered by 0.01 around the truth, moved by `by`. */
  const moved = (by: number) => truth.map((z, i) => z + ((i % 2 === 0 ? 0.01 : -0.01) + by) * (1 + z));
  const judge = (predicted: Float32Array) =>
    judgeQuantized({ predicted: moved(0), true: truth }, { predicted, true: truth }, 0.05);

  it.each([
    [0.0007, true],
    [0.0008, false],
    [-0.0008, false],
  ])('with a bias moved by %f is %s where 5 % of 0.0148 are tolerated', (by, accepted) => {
    const verdict = judge(moved(by));
    expect(verdict.float.sigmaNmad).toBeCloseTo(0.014826, 5);
    expect(verdict.quantized.bias).toBeCloseTo(by, 6);
    expect(verdict.moved.bias).toBeCloseTo(Math.abs(by) / 0.014826, 3);
    expect(verdict.accepted).toBe(accepted);
  });

  it('sees a scatter that has no bias', () => {
    const verdict = judge(truth.map((z, i) => z + (i % 2 === 0 ? 0.02 : -0.02) * (1 + z)));
    expect(verdict.quantized.bias).toBeCloseTo(0, 6);
    expect(verdict.moved.sigmaNmad).toBeCloseTo(1, 4);
    expect(verdict.accepted).toBe(false);
  });

  it('never accepts NaN, and says when the truth is missing or the network is not trained', () => {
    expect(judge(moved(0).fill(Number.NaN, 0, 1)).accepted).toBe(false);
    const blind = judgeQuantized({ predicted: truth }, { predicted: truth }, 0.05);
    expect(blind.against).toBe('float model');
    expect(isTrained(blind)).toBe(false);
    expect(isTrained(judge(moved(0)))).toBe(true);
    const constant = { predicted: truth.map(() => 0.25), true: truth };
    expect(isTrained(judgeQuantized(constant, constant, 0.05))).toBe(false);
  });
});
