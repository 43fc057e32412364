/** Layers of a network by the names of their weights: each becomes one operator of the graph. */
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { BATCH_NORM_EPSILON, LAYER_NORM_EPSILON } from './architecture.ts';
import { foldBatchNorm, type Layer, type Weight } from './weights.ts';

const NORM = { epsilon: { float: LAYER_NORM_EPSILON } };

export class Layers {
  readonly graph = new GraphBuilder();
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(weights: ReadonlyMap<string, Weight>) {
    this.#weights = weights;
  }

  protected norm(name: string, x: Value): Value {
    return this.graph.op(
      'LayerNormalization',
      [x, this.#vector(`${name}.weight`), this.#vector(`${name}.bias`)],
      NORM,
    );
  }

  /** A linear layer. The product is added to `onto` instead of its bias, where given. */
  protected gemm({ weight, bias }: Layer, x: Value, name: string, onto?: Value): Value {
    return this.linear(weight, bias.length, bias, x, name, onto);
  }

  /** A linear layer of `outputs` rows, without a bias where there is none. */
  protected linear(
    weight: Float32Array,
    outputs: number,
    bias: Float32Array | undefined,
    x: Value,
    name: string,
    onto?: Value,
  ): Value {
    const { graph } = this;
    const matrix = graph.floats(`${name}.weight`, [outputs, weight.length / outputs], weight);
    const addend = onto ?? (bias && graph.floats(`${name}.bias`, [outputs], bias));
    return graph.op('Gemm', addend === undefined ? [x, matrix] : [x, matrix, addend], { transB: 1 });
  }

  protected conv({ weight, bias }: Layer, x: Value, name: string, side: number): Value {
    const { graph } = this;
    const outputs = bias.length;
    const shape = [outputs, weight.length / outputs / side ** 2, side, side];
    const pad = (side - 1) / 2;
    return graph.op(
      'Conv',
      [x, graph.floats(`${name}.weight`, shape, weight), graph.floats(`${name}.bias`, [outputs], bias)],
      { kernel_shape: [side, side], pads: [pad, pad, pad, pad] },
    );
  }

  protected convWithNorm(conv: string, norm: string): Layer {
    const values = (part: string) => this.values(`${norm}.${part}`);
    return foldBatchNorm(
      this.layer(conv),
      {
        gamma: values('weight'),
        beta: values('bias'),
        mean: values('running_mean'),
        variance: values('running_var'),
      },
      BATCH_NORM_EPSILON,
    );
  }

  #vector(name: string): Value {
    const values = this.values(name);
    return this.graph.floats(name, [values.length], values);
  }

  protected layer(name: string): Layer {
    return { weight: this.values(`${name}.weight`), bias: this.values(`${name}.bias`) };
  }

  protected values(name: string): Float32Array {
    return this.weight(name).values;
  }

  protected weight(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight) throw new RangeError(`the network needs ${name}`);
    return weight;
  }
}
