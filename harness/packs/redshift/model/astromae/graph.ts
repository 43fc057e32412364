/**
 * AstroMAE as an ONNX graph made for speed: the same function as the PyTorch module, in the order of operations that
 * onnxruntime's CPU kernels like.
 *
 * - Layers without a nonlinearity between them are one: BatchNorm in its convolution, `head` in `vit_block.0`, and the
 *   last layer of each branch in the joining layer (3.5 M of 15.9 M parameters need be neither carried nor multiplied).
 * - The last block's `fc2` is applied to the mean over tokens instead of to each: both are linear.
 * - The first convolution (1 x 1) runs behind the average pooling, on a quarter of the pixels; where a 1 x 1 convolution
 *   follows, both are one.
 * - A block's 1 x 1 convolutions see all tokens of the batch as one image, [1, width, samples x tokens, 1]: few large
 *   multiplications instead of many of 16 columns. The class token is masked out afterwards.
 * - Tokens of all samples are rows of one matrix, so every linear layer is one Gemm with its bias.
 * - A block's MLP goes in slices of its hidden layer as wide as the block: a slice stays in the second-level cache from
 *   its making through GELU to the sum, the whole hidden layer does not.
 * - GELU and SiLU are onnxruntime's fused operators
 *   (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md), attention is ONNX's own of opset 23.
 *   Tried and slower on a CPU: com.microsoft's MultiHeadAttention and Attention, SkipLayerNormalization against Add and
 *   LayerNormalization, BiasGelu and BiasAdd against Gemm's own bias, attention of plain operators, the block's
 *   convolutions in fewer and denser groups.
 */
import type { Value } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/schema.ts';
import { BANDS, IMAGE_SIDE_PX, INCEPTION, type Sizes, tokensOf } from './architecture.ts';
import { Layers } from './layers.ts';
import { applied, asMatrix, behind, columnsOf, type Layer, matrix, product, type Weight } from './weights.ts';

const FUSED = { domain: 'com.microsoft' } as const;

/** The whole network. `weights` holds every name of `expectedShapes`, with its shape. */
export function astromaeGraph(
  weights: ReadonlyMap<string, Weight>,
  sizes: Sizes,
  metadata: Record<string, string>,
): OnnxModel {
  const network = new Network(weights, sizes);
  const graph = network.graph;
  const vit = graph.within('vit', () => network.vit('image'));
  const inception = graph.within('inception', () => network.inception('image'));
  const magnitudes = graph.within('magnitude', () => network.magnitudes('magnitude'));
  const redshift = graph.within('join', () => network.join(vit, inception, magnitudes));
  graph.rename(redshift, 'redshift');
  return graph.model(
    'astromae',
    { image: [BANDS, IMAGE_SIDE_PX, IMAGE_SIDE_PX], magnitude: [BANDS] },
    { redshift: [1] },
    metadata,
  );
}

class Network extends Layers {
  readonly #sizes: Sizes;

  constructor(weights: ReadonlyMap<string, Weight>, sizes: Sizes) {
    super(weights);
    this.#sizes = sizes;
  }

  /** [N, features], after the nonlinearity of `vit_block`. */
  vit(image: Value): Value {
    const { graph } = this;
    const { width, mlp, blocks } = this.#sizes;
    let x = this.#embed(image);
    for (let i = 0; i < blocks - 1; i++) x = graph.within(`blocks.${i}`, () => this.#block(`blocks.${i}`, x));
    const last = `blocks.${blocks - 1}`;
    const pooled = graph.within(last, () => {
      const sum = this.#attended(last, x);
      const hidden = this.#hidden(this.layer(`${last}.mlp.fc1`), this.norm(`${last}.norm2`, sum), last);
      return graph.op('Add', [
        this.#meanOfPatches(sum, width),
        this.gemm(this.layer(`${last}.mlp.fc2`), this.#meanOfPatches(hidden, mlp), `${last}.fc2`),
      ]);
    });
    const features = this.norm('fc_norm', pooled);
    const [head, first] = [this.layer('head'), this.layer('vit_block.0')];
    return graph.op('Relu', [this.gemm(behind(first, head), features, 'head+vit_block.0')]);
  }

  /** [N, features], after the nonlinearity. */
  inception(image: Value): Value {
    const { graph } = this;
    const pool = { kernel_shape: [2, 2], strides: [2, 2] };
    const pooled = graph.op('AveragePool', [image], pool);
    const layer0 = this.layer('inception_model.vis_inception.0');
    let x = this.conv(layer0, pooled, 'vis_inception.0', 1);
    INCEPTION.forEach(({ name, unused }, i) => {
      const at = Number(name.split('.').at(-1));
      // AvgPool2d stands at 4 and 7, before these blocks.
      if (at === 5 || at === 8) x = graph.op('AveragePool', [x], pool);
      const before = i === 0 ? { layer: layer0, input: pooled } : undefined;
      x = graph.within(String(at), () => this.#inceptionBlock(name, x, unused, before));
    });
    const flat = graph.op('Flatten', [x], { axis: 1 });
    const layer = this.layer('inception_model.vis_inception.10');
    return graph.op('Relu', [this.gemm(layer, flat, 'vis_inception.10')]);
  }

  /** [N, hidden], after the last nonlinearity of the magnitudes' MLP. */
  magnitudes(magnitude: Value): Value {
    return [0, 2, 4, 6].reduce(
      (x, i) =>
        this.graph.op('Relu', [
          this.gemm(this.layer(`inception_model.magnitude_block.${i}`), x, `magnitude_block.${i}`),
        ]),
      magnitude,
    );
  }

  /** [N, 1]: the last layers of the three branches and the joining MLP. */
  join(vit: Value, inception: Value, magnitudes: Value): Value {
    const { graph } = this;
    const { features, hidden } = this.#sizes;
    const joining = matrix(this.weight('concat_block.0.weight'));
    const branches = [
      ['vit_block.2', features],
      ['inception_model.vis_inception.12', features],
      ['inception_model.magnitude_block.8', hidden],
    ] as const;
    const weight = new Float32Array(joining.values.length);
    let bias = this.values('concat_block.0.bias');
    let column = 0;
    for (const [name, count] of branches) {
      const part = columnsOf(joining, column, count);
      const layer = this.layer(name);
      const folded = product(part, asMatrix(layer, count));
      for (let row = 0; row < joining.rows; row++) {
        const values = folded.values.subarray(row * count, (row + 1) * count);
        weight.set(values, row * joining.columns + column);
      }
      bias = applied(part, layer.bias, bias);
      column += count;
    }
    const joined = graph.op('Concat', [vit, inception, magnitudes], { axis: 1 });
    const inner = graph.op('Relu', [this.gemm({ weight, bias }, joined, 'concat_block.0')]);
    return this.gemm(this.layer('concat_block.2'), inner, 'concat_block.2');
  }

  /** Patches as rows of a matrix, which the kernel of the convolution multiplies; class token first: [N x tokens, width]. */
  #embed(image: Value): Value {
    const { graph } = this;
    const { width, patchPx } = this.#sizes;
    const tokens = tokensOf(this.#sizes);
    const side = IMAGE_SIDE_PX / patchPx;
    const pixels = graph.op('Reshape', [
      image,
      graph.integers('patch.split', [-1, BANDS, side, patchPx, side, patchPx]),
    ]);
    const patches = graph.op('Reshape', [
      graph.op('Transpose', [pixels], { perm: [0, 2, 4, 1, 3, 5] }),
      graph.integers('patch.rows', [-1, BANDS * patchPx ** 2]),
    ]);
    const embedded = this.gemm(this.layer('patch_embed.proj'), patches, 'patch_embed.proj');
    const position = this.values('pos_embed');
    const cls = this.values('cls_token').map((value, i) => value + position[i]!);
    const placed = graph.op('Add', [
      graph.op('Reshape', [embedded, graph.integers('patch.samples', [-1, tokens - 1, width])]),
      graph.floats('pos_embed', [1, tokens - 1, width], position.slice(width)),
    ]);
    const samples = graph.op('Shape', [image], { start: 0, end: 1 });
    const shape = graph.op('Concat', [samples, graph.integers('cls.shape', [1, width])], { axis: 0 });
    const expanded = graph.op('Expand', [graph.floats('cls+pos_embed', [1, 1, width], cls), shape]);
    return this.#rows(graph.op('Concat', [expanded, placed], { axis: 1 }));
  }

  /** The residual stream behind one block. */
  #block(name: string, x: Value): Value {
    const { graph } = this;
    const { width, mlp } = this.#sizes;
    const sum = this.#attended(name, x);
    const normed = this.norm(`${name}.norm2`, sum);
    const [fc1, fc2] = [this.layer(`${name}.mlp.fc1`), this.layer(`${name}.mlp.fc2`)];
    let out: Value | undefined;
    for (let from = 0; from < mlp; from += width) {
      const to = Math.min(from + width, mlp);
      const rows = {
        weight: fc1.weight.subarray(from * width, to * width),
        bias: fc1.bias.subarray(from, to),
      };
      const hidden = this.#hidden(rows, normed, `${name}.${from}`);
      const weight = columnsOf(asMatrix(fc2, mlp), from, to - from).values;
      out = this.gemm({ weight, bias: fc2.bias }, hidden, `${name}.fc2.${from}`, out);
    }
    return graph.op('Add', [sum, out!]);
  }

  /** The residual stream behind attention and the convolutional module. */
  #attended(name: string, x: Value): Value {
    const { graph } = this;
    const attended = this.#attention(name, this.norm(`${name}.norm1`, x));
    return graph.op('Add', [
      graph.op('Add', [x, this.#local(name, x)]),
      this.gemm(this.layer(`${name}.attn.proj`), attended, `${name}.attn.proj`),
    ]);
  }

  /** Hidden units of an MLP, behind their GELU. */
  #hidden(fc1: Layer, normed: Value, name: string): Value {
    return this.graph.op('Gelu', [this.gemm(fc1, normed, `${name}.fc1`)], {}, FUSED);
  }

  /** Heads side by side, before the projection. */
  #attention(name: string, normed: Value): Value {
    const { graph } = this;
    const { width, heads } = this.#sizes;
    const weight = this.values(`${name}.attn.qkv.weight`);
    const biases = {
      q: this.values(`${name}.attn.q_bias`),
      k: undefined,
      v: this.values(`${name}.attn.v_bias`),
    };
    const parts = (['q', 'k', 'v'] as const).map((part, i) => {
      const rows = weight.subarray(i * width * width, (i + 1) * width * width);
      return this.#samples(this.linear(rows, width, biases[part], normed, `${name}.attn.${part}`));
    });
    const scale = { float: (width / heads) ** -0.5 };
    return this.#rows(graph.op('Attention', parts, { q_num_heads: heads, kv_num_heads: heads, scale }));
  }

  /** The convolutional module (PCM) over all tokens at once; zero at the class token. */
  #local(name: string, x: Value): Value {
    const { graph } = this;
    const { width, mlp, groups } = this.#sizes;
    const tokens = tokensOf(this.#sizes);
    const conv = (at: number, layer: Layer, inputs: number, outputs: number, input: Value) =>
      graph.op(
        'Conv',
        [
          input,
          graph.floats(`${name}.PCM.${at}.weight`, [outputs, inputs / groups, 1, 1], layer.weight),
          graph.floats(`${name}.PCM.${at}.bias`, [outputs], layer.bias),
        ],
        { group: groups, kernel_shape: [1, 1] },
      );
    const columns = graph.op('Transpose', [x], { perm: [1, 0] });
    const pixels = graph.op('Reshape', [columns, graph.integers('tokens.image', [1, width, -1, 1])]);
    const wide = conv(0, this.convWithNorm(`${name}.PCM.0`, `${name}.PCM.1`), width, mlp, pixels);
    // x * sigmoid(alpha * x) with alpha 1 is SiLU.
    const hidden = graph.op('QuickGelu', [wide], { alpha: { float: 1 } }, FUSED);
    const narrow = conv(3, this.layer(`${name}.PCM.3`), mlp, width, hidden);
    const flat = graph.op('Reshape', [narrow, graph.integers('tokens.columns', [width, -1])]);
    const back = graph.op('Transpose', [flat], { perm: [1, 0] });
    const mask = Float32Array.from({ length: tokens }, (_, token) => (token === 0 ? 0 : 1));
    return this.#rows(graph.op('Mul', [this.#samples(back), graph.floats('patches', [1, tokens, 1], mask)]));
  }

  /** `before` is a 1 x 1 convolution that `x` comes from: it is multiplied into the first ones of the branches. */
  #inceptionBlock(
    name: string,
    x: Value,
    unused: readonly string[],
    before?: { layer: Layer; input: Value },
  ): Value {
    const { graph } = this;
    const first = (branch: string) => {
      const layer = this.convWithNorm(`${name}.${branch}.conv`, `${name}.${branch}.bn`);
      const [folded, input] = before ? [behind(layer, before.layer), before.input] : [layer, x];
      return graph.op('Relu', [this.conv(folded, input, `${name}.${branch}`, 1)]);
    };
    const conv = (branch: string, input: Value, side: number) =>
      graph.op('Relu', [
        this.conv(
          this.convWithNorm(`${name}.${branch}.conv`, `${name}.${branch}.bn`),
          input,
          `${name}.${branch}`,
          side,
        ),
      ]);
    const views = [first('branch1'), conv('branch2.1', first('branch2.0'), 3)];
    if (!unused.includes('branch3')) views.push(conv('branch3.1', first('branch3.0'), 5));
    const pooled = graph.op('MaxPool', [x], { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
    views.push(conv('branch4.1', pooled, 1));
    return graph.op('Concat', views, { axis: 1 });
  }

  /** [N x tokens, channels] -> [N, channels], without the class token. */
  #meanOfPatches(x: Value, channels: number): Value {
    const { graph } = this;
    const tokens = tokensOf(this.#sizes);
    const patches = graph.op('Slice', [
      graph.op('Reshape', [x, graph.integers(`slice.samples.${channels}`, [-1, tokens, channels])]),
      graph.integers('slice.start', [1]),
      graph.integers('slice.end', [tokens]),
      graph.integers('slice.axis', [1]),
    ]);
    return graph.op('ReduceMean', [patches, graph.integers('slice.axis', [1])], { keepdims: 0 });
  }

  /** Tokens of a sample side by side: [N x tokens, width] -> [N, tokens, width]. */
  #samples(x: Value): Value {
    const { width } = this.#sizes;
    const shape = this.graph.integers('tokens.samples', [-1, tokensOf(this.#sizes), width]);
    return this.graph.op('Reshape', [x, shape]);
  }

  /** One row per token: [N, tokens, width] -> [N x tokens, width]. */
  #rows(x: Value): Value {
    return this.graph.op('Reshape', [x, this.graph.integers('tokens.rows', [-1, this.#sizes.width])]);
  }
}
