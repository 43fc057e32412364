/**
 * Dynamic int8: weights of linear layers as int8 with a scale per output, activations quantised on the fly by
 * onnxruntime (com.microsoft DynamicQuantizeMatMul). A quarter of the bytes; faster where the processor has dot
 * products of bytes (AVX-512 VNNI, Arm's dotprod), and only there.
 *
 * A quantised model is a different model, so it is let through only if its redshifts are as good: the bias and
 * sigma_NMAD of dz = (z_pred - z_true) / (1 + z_true) may move by no more than a tolerance.
 */
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { ELEMENT_TYPE, type OnnxModel, type OnnxNode, type OnnxTensor } from './onnx/schema.ts';
import type { Predictions } from './predict-samples.ts';

/**
 * Largest weight, 7 bits of the 8: processors without VNNI add two products of bytes in 16 bits, which saturates
 * beyond (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "U8S8 Data Type").
 */
const LARGEST = 64;
/** Smaller layers gain nothing. */
const SMALLEST_LAYER = 4096;
/** AttributeProto.AttributeType of graphs, which would not survive being rewritten. */
const GRAPH_ATTRIBUTES = new Set([5, 9, 10]);

export interface QuantizedModel {
  model: OnnxModel;
  /** Linear layers that are int8 now, and weights in them. */
  layers: number;
  weights: number;
}

/** The model with its linear layers in int8. HarnessError, exit code 2, when there is nothing to quantise. */
export function quantizeModel(model: OnnxModel, file: string): QuantizedModel {
  if (model.graph.node.some(({ attribute }) => attribute.some(({ type }) => GRAPH_ATTRIBUTES.has(type)))) {
    throw refused(file, 'it has control flow (If, Loop, Scan), which is not quantised');
  }
  const initializers = new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const added: OnnxTensor[] = [];
  let layers = 0;
  let weights = 0;
  const node = model.graph.node.flatMap((one) => {
    const layer = linearLayer(one, initializers);
    if (!layer) return [one];
    const { tensors, names } = int8Weights(layer.name, layer.rows, layer.columns, layer.at);
    for (const tensor of tensors) if (!added.some(({ name }) => name === tensor.name)) added.push(tensor);
    layers++;
    weights += layer.rows * layer.columns;
    const product = {
      ...one,
      opType: 'DynamicQuantizeMatMul',
      domain: 'com.microsoft',
      attribute: [],
      input: [one.input[0]!, names.weight, names.scale, '', ...(layer.bias ? [layer.bias] : [])],
    };
    if (layer.addend === undefined) return [product];
    const [output] = one.output as [string];
    const unadded = `${output}:product`;
    const { domain: _, ...plain } = one;
    return [
      { ...product, output: [unadded] },
      {
        ...plain,
        name: `${one.name}:add`,
        opType: 'Add',
        attribute: [],
        input: [unadded, layer.addend],
        output: [output],
      },
    ];
  });
  if (layers === 0) throw refused(file, 'it has no linear layer large enough to gain from int8');
  const used = new Set(node.flatMap(({ input }) => input));
  const kept = model.graph.initializer.filter(({ name }) => used.has(name));
  const opsetImport = model.opsetImport.some(({ domain }) => domain === 'com.microsoft')
    ? model.opsetImport
    : [...model.opsetImport, { domain: 'com.microsoft', version: 1 }];
  return {
    model: {
      ...model,
      opsetImport,
      graph: { ...model.graph, node, initializer: [...kept, ...added] },
      metadataProps: [...model.metadataProps, { key: 'quantization', value: 'dynamic int8' }],
    },
    layers,
    weights,
  };
}

interface LinearLayer {
  name: string;
  /** Inputs and outputs of the layer. */
  rows: number;
  columns: number;
  at: (row: number, column: number) => number;
  /** One value for each output. */
  bias?: string;
  /** Another matrix that the product is added to. */
  addend?: string;
}

/** A Gemm or MatMul by a constant float matrix. */
function linearLayer(
  { opType, domain, input, attribute }: OnnxNode,
  initializers: ReadonlyMap<string, OnnxTensor>,
): LinearLayer | undefined {
  if (domain || (opType !== 'Gemm' && opType !== 'MatMul')) return undefined;
  const tensor = initializers.get(input[1] ?? '');
  if (!tensor || tensor.dataType !== ELEMENT_TYPE.float || tensor.dims.length !== 2) return undefined;
  const [first, second] = tensor.dims as [number, number];
  if (first * second < SMALLEST_LAYER) return undefined;
  const value = (name: string) => attribute.find((one) => one.name === name);
  const transposed = value('transB')?.i === 1;
  const scaled = [value('alpha')?.f ?? 1, value('beta')?.f ?? 1].some((factor) => factor !== 1);
  if (scaled || value('transA')?.i === 1) return undefined;
  const columns = transposed ? first : second;
  const third = opType === 'Gemm' ? input[2] : undefined;
  const bias = third ? initializers.get(third) : undefined;
  const perOutput = bias?.dims.length === 1 && bias.dims[0] === columns;
  const values = floatsOf(tensor);
  return {
    name: tensor.name,
    rows: transposed ? second : first,
    columns,
    at: transposed
      ? (row, column) => values[column * second + row]!
      : (row, column) => values[row * second + column]!,
    ...(perOutput ? { bias: bias.name } : third ? { addend: third } : {}),
  };
}

/** Symmetric int8 per output: weight = int8 x scale. */
function int8Weights(name: string, rows: number, columns: number, at: LinearLayer['at']) {
  const weight = new Int8Array(rows * columns);
  const scale = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    let largest = 0;
    for (let row = 0; row < rows; row++) largest = Math.max(largest, Math.abs(at(row, column)));
    scale[column] = largest === 0 ? 1 : largest / LARGEST;
    for (let row = 0; row < rows; row++)
      weight[row * columns + column] = Math.round(at(row, column) / scale[column]!);
  }
  const names = { weight: `${name}.int8`, scale: `${name}.scale` };
  const raw = (values: Int8Array | Float32Array) =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const tensors: OnnxTensor[] = [
    { name: names.weight, dims: [rows, columns], dataType: ELEMENT_TYPE.int8, rawData: raw(weight) },
    { name: names.scale, dims: [columns], dataType: ELEMENT_TYPE.float, rawData: raw(scale) },
  ];
  return { tensors, names };
}

/** The values of a float32 tensor. */
export function floatsOf({ rawData, floatData }: OnnxTensor): Float32Array {
  if (!rawData || rawData.length === 0) return Float32Array.from(floatData ?? []);
  return new Float32Array(Uint8Array.from(rawData).buffer);
}

/** Quality of redshifts; dz = (z_pred - z_true) / (1 + z_true). */
export interface Quality {
  /** Mean of dz. */
  bias: number;
  /** 1.4826 x median of |dz - median(dz)|. */
  sigmaNmad: number;
}

export interface Verdict {
  float: Quality;
  int8: Quality;
  /** Truth that both are measured by: the partition's redshifts, or what the float model answers. */
  against: 'redshifts' | 'float model';
  accepted: boolean;
}

/** Compares a model with its quantised form on the same samples; neither figure may move beyond `tolerance`. */
export function judgeQuantized(float: Predictions, int8: Predictions, tolerance: number): Verdict {
  const truth = float.true ?? float.predicted;
  const before = qualityOf(float.predicted, truth);
  const after = qualityOf(int8.predicted, truth);
  return {
    float: before,
    int8: after,
    against: float.true ? 'redshifts' : 'float model',
    // A figure that is no number moves beyond everything.
    accepted:
      Math.abs(after.bias - before.bias) <= tolerance &&
      Math.abs(after.sigmaNmad - before.sigmaNmad) <= tolerance,
  };
}

function qualityOf(predicted: Float32Array, truth: Float32Array): Quality {
  const dz = Float64Array.from(predicted, (z, i) => (z - truth[i]!) / (1 + truth[i]!));
  const middle = median(dz);
  return {
    bias: dz.reduce((sum, value) => sum + value, 0) / dz.length,
    sigmaNmad: 1.4826 * median(dz.map((value) => Math.abs(value - middle))),
  };
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const refused = (file: string, message: string) =>
  new HarnessError('not-quantizable', message, { exitCode: ExitCode.inputWrong, location: { file } });
