/**
 * Dynamic int8: weights of linear layers as int8 with a scale per output, activations quantised at run time by
 * onnxruntime (com.microsoft DynamicQuantizeMatMul). A quarter of the bytes; faster on processors with dot products of
 * bytes (AVX-512 VNNI, AVX-VNNI, Arm's dotprod), and only there. `select-layers.ts` chooses the layers.
 */
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { ELEMENT_TYPE, type OnnxModel, type OnnxNode, type OnnxTensor } from './onnx/schema.ts';

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

/**
 * Kind of a layer: its name without the numbers of blocks and slices. Layers of a kind do the same work, so they are
 * measured and chosen together.
 */
const kindOf = (name: string): string => name.replace(/\d+/g, '#');

/** Kinds of the linear layers that can be quantised, with the number of layers and of weights. */
export function quantizableKinds(model: OnnxModel): Map<string, { layers: number; weights: number }> {
  const initializers = new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const kinds = new Map<string, { layers: number; weights: number }>();
  for (const node of model.graph.node) {
    const layer = linearLayer(node, initializers);
    if (!layer) continue;
    const kind = kinds.get(kindOf(layer.name)) ?? { layers: 0, weights: 0 };
    kinds.set(kindOf(layer.name), {
      layers: kind.layers + 1,
      weights: kind.weights + layer.rows * layer.columns,
    });
  }
  return kinds;
}

/**
 * The model with its linear layers in int8, or only those whose kind `chosen` accepts. HarnessError, exit code 2, when
 * there is nothing to quantise.
 */
export function quantizeModel(
  model: OnnxModel,
  file: string,
  chosen: (kind: string) => boolean = () => true,
): QuantizedModel {
  if (model.graph.node.some(({ attribute }) => attribute.some(({ type }) => GRAPH_ATTRIBUTES.has(type)))) {
    throw refused(file, 'it has control flow (If, Loop, Scan), which is not quantised');
  }
  const initializers = new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const added: OnnxTensor[] = [];
  let layers = 0;
  let weights = 0;
  const node = model.graph.node.flatMap((one) => {
    const layer = linearLayer(one, initializers);
    if (!layer || !chosen(kindOf(layer.name))) return [one];
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

const refused = (file: string, message: string) =>
  new HarnessError('not-quantizable', message, { exitCode: ExitCode.inputWrong, location: { file } });
