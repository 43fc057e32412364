/**
 * Builds an ONNX graph node by node. A value is the name of a tensor; every call of `op` makes a new one, so a graph
 * reads like the forward pass it stands for.
 */
import {
  ELEMENT_TYPE,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from './schema.ts';

/** A tensor within the graph, by its name. */
export type Value = string;

/** An attribute: an integer or a list of them, `{float}` for a number that ONNX keeps as float, or a text. */
export type AttributeValue = number | readonly number[] | { float: number } | string;

export interface OpOptions {
  /** Default: ONNX's own operators; `com.microsoft` for onnxruntime's. */
  domain?: 'com.microsoft';
  /** Number of outputs, when more than the first is used. */
  outputs?: number;
  /** Outputs that are left out, by index. */
  omitted?: readonly number[];
}

export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  #scope = '';

  /** Names of what `build` adds begin with `scope`: profiles and errors then tell the place. */
  within<Result>(scope: string, build: () => Result): Result {
    const outer = this.#scope;
    this.#scope = `${outer}${scope}/`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Adds an operator; answers its first output. An input of '' is one left out. */
  op(
    opType: string,
    input: readonly Value[],
    attributes: Record<string, AttributeValue> = {},
    options: OpOptions = {},
  ): Value {
    return this.ops(opType, input, attributes, { ...options, outputs: 1 })[0]!;
  }

  /** Adds an operator; answers all its outputs. */
  ops(
    opType: string,
    input: readonly Value[],
    attributes: Record<string, AttributeValue>,
    { domain, outputs = 1, omitted = [] }: OpOptions,
  ): Value[] {
    const name = `${this.#scope}${opType}_${this.#nodes.length}`;
    const output = Array.from({ length: outputs }, (_, i) =>
      omitted.includes(i) ? '' : i === 0 ? name : `${name}:${i}`,
    );
    this.#nodes.push({
      input: [...input],
      output,
      name,
      opType,
      ...(domain ? { domain } : {}),
      attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
    });
    return output;
  }

  /** A constant float32 tensor, row-major. */
  floats(name: string, dims: readonly number[], values: Float32Array): Value {
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (size !== values.length)
      throw new RangeError(`${name}: ${values.length} values for shape [${dims.join(', ')}]`);
    return this.#constant(name, dims, ELEMENT_TYPE.float, values);
  }

  /** A constant vector of int64: shapes, axes, sizes. */
  integers(name: string, values: readonly number[]): Value {
    return this.#constant(name, [values.length], ELEMENT_TYPE.int64, BigInt64Array.from(values, BigInt));
  }

  /** The finished model; `inputs` and `outputs` are float32 tensors, their first dimension the samples. */
  model(
    name: string,
    inputs: Record<string, readonly number[]>,
    outputs: Record<string, readonly number[]>,
    metadata: Record<string, string>,
  ): OnnxModel {
    const describe = ([key, dims]: [string, readonly number[]]) => ({
      name: key,
      type: {
        tensorType: {
          elemType: ELEMENT_TYPE.float,
          shape: { dim: [{ dimParam: 'N' }, ...dims.map((dimValue) => ({ dimValue }))] },
        },
      },
    });
    return {
      irVersion: 11,
      producerName: 'cosmicai',
      producerVersion: '1',
      graph: {
        name,
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: Object.entries(inputs).map(describe),
        output: Object.entries(outputs).map(describe),
      },
      opsetImport: [
        { domain: '', version: 23 },
        { domain: 'com.microsoft', version: 1 },
      ],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    };
  }

  /** Gives the output `value` the name the outside knows it by. */
  rename(value: Value, name: string): void {
    for (const node of this.#nodes) node.output = node.output.map((one) => (one === value ? name : one));
  }

  #constant(
    name: string,
    dims: readonly number[],
    dataType: number,
    values: Float32Array | BigInt64Array,
  ): Value {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const known = this.#initializers.get(name);
    if (known && Buffer.compare(known.rawData!, rawData) !== 0)
      throw new RangeError(`two constants are named ${name}`);
    this.#initializers.set(name, { dims: [...dims], dataType, name, rawData });
    return name;
  }
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: Buffer.from(value) };
  if ('float' in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}
