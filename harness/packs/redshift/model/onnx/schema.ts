/**
 * The part of ONNX's protobuf schema that models of this project use, for reading and writing .onnx files
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Field numbers are ONNX's; fields that are not here
 * survive neither reading nor writing, so `readModel` serves looking at a model and `renderModel` ours alone.
 */
import protobuf from 'protobufjs';

/** TensorProto.DataType. */
export const ELEMENT_TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;

export interface OnnxTensor {
  dims: number[];
  dataType: number;
  name: string;
  /** Little-endian elements. */
  rawData?: Uint8Array;
  floatData?: number[];
  int64Data?: number[];
}

export interface OnnxAttribute {
  name: string;
  /** AttributeProto.AttributeType: 1 float, 2 int, 3 string, 4 tensor, 6 floats, 7 ints. */
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: OnnxTensor;
  floats?: number[];
  ints?: number[];
}

export interface OnnxNode {
  input: string[];
  output: string[];
  name?: string;
  opType: string;
  domain?: string;
  attribute: OnnxAttribute[];
}

interface OnnxValueInfo {
  name: string;
  type: {
    tensorType: { elemType: number; shape: { dim: { dimValue?: number; dimParam?: string }[] } };
  };
}

export interface OnnxModel {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: {
    name: string;
    node: OnnxNode[];
    initializer: OnnxTensor[];
    input: OnnxValueInfo[];
    output: OnnxValueInfo[];
  };
  opsetImport: { domain?: string; version: number }[];
  metadataProps: { key: string; value: string }[];
}

type Field = [name: string, type: string, id: number, rule?: 'repeated'];

const message = (...fields: Field[]) => ({
  fields: Object.fromEntries(
    fields.map(([name, type, id, rule]) => [name, { type, id, ...(rule ? { rule } : {}) }]),
  ),
});

const root = protobuf.Root.fromJSON({
  nested: {
    Model: message(
      ['irVersion', 'int64', 1],
      ['producerName', 'string', 2],
      ['producerVersion', 'string', 3],
      ['graph', 'Graph', 7],
      ['opsetImport', 'OperatorSet', 8, 'repeated'],
      ['metadataProps', 'Entry', 14, 'repeated'],
    ),
    OperatorSet: message(['domain', 'string', 1], ['version', 'int64', 2]),
    Entry: message(['key', 'string', 1], ['value', 'string', 2]),
    Graph: message(
      ['node', 'Node', 1, 'repeated'],
      ['name', 'string', 2],
      ['initializer', 'Tensor', 5, 'repeated'],
      ['input', 'ValueInfo', 11, 'repeated'],
      ['output', 'ValueInfo', 12, 'repeated'],
    ),
    Node: message(
      ['input', 'string', 1, 'repeated'],
      ['output', 'string', 2, 'repeated'],
      ['name', 'string', 3],
      ['opType', 'string', 4],
      ['attribute', 'Attribute', 5, 'repeated'],
      ['domain', 'string', 7],
    ),
    Attribute: message(
      ['name', 'string', 1],
      ['f', 'float', 2],
      ['i', 'int64', 3],
      ['s', 'bytes', 4],
      ['t', 'Tensor', 5],
      ['floats', 'float', 7, 'repeated'],
      ['ints', 'int64', 8, 'repeated'],
      ['type', 'int32', 20],
    ),
    Tensor: message(
      ['dims', 'int64', 1, 'repeated'],
      ['dataType', 'int32', 2],
      ['floatData', 'float', 4, 'repeated'],
      ['int64Data', 'int64', 7, 'repeated'],
      ['name', 'string', 8],
      ['rawData', 'bytes', 9],
    ),
    ValueInfo: message(['name', 'string', 1], ['type', 'Type', 2]),
    Type: message(['tensorType', 'TensorType', 1]),
    TensorType: message(['elemType', 'int32', 1], ['shape', 'Shape', 2]),
    Shape: message(['dim', 'Dimension', 1, 'repeated']),
    Dimension: message(['dimValue', 'int64', 1], ['dimParam', 'string', 2]),
  },
});
const Model = root.lookupType('Model');

/** The bytes of an .onnx file. */
export function renderModel(model: OnnxModel): Uint8Array {
  return Model.encode(model).finish();
}

/** Reads an .onnx file; tensors are views of `bytes`. @throws Error when the bytes are no protobuf of this schema. */
export function readModel(bytes: Uint8Array): OnnxModel {
  // Without `defaults`: an attribute must not be written back with values that it never had.
  const model = Model.toObject(Model.decode(bytes), { longs: Number, arrays: true }) as Partial<OnnxModel>;
  if (!model.graph) throw new Error('it holds no graph');
  return { irVersion: 0, producerName: '', producerVersion: '', ...model } as OnnxModel;
}
