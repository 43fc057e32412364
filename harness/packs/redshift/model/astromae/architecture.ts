/**
 * AstroMAE's parameters by the names of its checkpoint, with their shapes; `astromae.py` in the parent folder documents
 * the source. Sizes are read from a checkpoint, so a network of the same layers with other sizes imports too.
 */
import { ExitCode, HarnessError } from '../../../../core/errors.ts';

/** Sizes that may differ from checkpoint to checkpoint. */
export interface Sizes {
  width: number;
  blocks: number;
  heads: number;
  /** Side of a patch in pixels. */
  patchPx: number;
  /** Groups of the convolutions within a block. */
  groups: number;
  /** Width of the hidden layer of a block's MLP. */
  mlp: number;
  /** Features of the ViT and of the Inception branch. */
  features: number;
  /** Width of the magnitudes' MLP and of the joining one. */
  hidden: number;
}

export const IMAGE_SIDE_PX = 32;
export const BANDS = 5;
/** Width of a head of attention in AstroMAE (192 / 6). Only a pickled module records the number of heads. */
const DEFAULT_HEAD_WIDTH = 32;
export const LAYER_NORM_EPSILON = 1e-6;
export const BATCH_NORM_EPSILON = 1e-5;

export const tokensOf = ({ patchPx }: Sizes): number => (IMAGE_SIDE_PX / patchPx) ** 2 + 1;

interface InceptionBlock {
  name: string;
  inputs: number;
  /** Of each branch. */
  outputs: number;
  /** The last block leaves its third branch out, though the checkpoint has its weights. */
  unused: readonly string[];
}

export const INCEPTION: readonly InceptionBlock[] = [
  { name: 'inception_model.vis_inception.2', inputs: 32, outputs: 16, unused: [] },
  { name: 'inception_model.vis_inception.3', inputs: 64, outputs: 16, unused: [] },
  { name: 'inception_model.vis_inception.5', inputs: 64, outputs: 8, unused: [] },
  { name: 'inception_model.vis_inception.6', inputs: 32, outputs: 8, unused: [] },
  { name: 'inception_model.vis_inception.8', inputs: 32, outputs: 4, unused: ['branch3'] },
];
/** Convolutions of an Inception block: name, side of the kernel, whether it sees the block's input. */
const BRANCH_CONVOLUTIONS = [
  ['branch1', 1, true],
  ['branch2.0', 1, true],
  ['branch2.1', 3, false],
  ['branch3.0', 1, true],
  ['branch3.1', 5, false],
  ['branch4.1', 1, true],
] as const;
/** Channels x pixels that the last Inception block leaves: 12 channels of 4 x 4. */
const FLATTENED = 192;

/** Reads the sizes from the shapes. HarnessError, exit code 2, when they are not AstroMAE's. */
export function sizesOf(
  weights: ReadonlyMap<string, { shape: readonly number[] }>,
  file: string,
  heads: number | undefined,
): Sizes {
  const shape = (name: string): readonly number[] => {
    const found = weights.get(name);
    if (found) return found.shape;
    throw new HarnessError(
      'no-astromae',
      `it has no parameter ${name}, so it is not a checkpoint of AstroMAE`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file },
        remedy: 'cosmicai model inspect lists what it holds',
      },
    );
  };
  const width = shape('cls_token').at(-1) ?? 0;
  const mlp = shape('blocks.0.mlp.fc1.weight')[0] ?? 0;
  const perGroup = shape('blocks.0.PCM.0.weight')[1] ?? 0;
  let blocks = 0;
  while (weights.has(`blocks.${blocks}.norm1.weight`)) blocks++;
  const sizes: Sizes = {
    width,
    blocks,
    heads: heads ?? Math.max(1, Math.round(width / DEFAULT_HEAD_WIDTH)),
    patchPx: shape('patch_embed.proj.weight').at(-1) ?? 0,
    groups: width / perGroup,
    mlp,
    features: shape('vit_block.0.weight')[0] ?? 0,
    hidden: shape('concat_block.0.weight')[0] ?? 0,
  };
  const whole =
    Number.isSafeInteger(sizes.groups) &&
    IMAGE_SIDE_PX % sizes.patchPx === 0 &&
    width % sizes.heads === 0 &&
    mlp % sizes.groups === 0;
  if (whole && Object.values(sizes).every((size) => Number.isSafeInteger(size) && size > 0)) return sizes;
  throw new HarnessError(
    'no-astromae',
    `its sizes do not fit together: width ${width}, ${sizes.heads} heads, patches of ${sizes.patchPx} pixels, ${sizes.groups} groups`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'give the number of heads with --heads when the checkpoint is a state_dict',
    },
  );
}

/** Every parameter and buffer of such a network, with its shape. */
export function expectedShapes(sizes: Sizes): Map<string, readonly number[]> {
  const { width, mlp, groups, features, hidden, patchPx } = sizes;
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, inputs: number, outputs: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  const conv = (name: string, inputs: number, outputs: number, side: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs, side, side]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  const norm = (name: string, channels: number, parts = ['weight', 'bias']) => {
    for (const part of parts) shapes.set(`${name}.${part}`, [channels]);
  };
  const batchNorm = (name: string, channels: number) =>
    norm(name, channels, ['weight', 'bias', 'running_mean', 'running_var']);

  shapes.set('cls_token', [1, 1, width]);
  shapes.set('pos_embed', [1, tokensOf(sizes), width]);
  conv('patch_embed.proj', BANDS, width, patchPx);
  for (let i = 0; i < sizes.blocks; i++) {
    const block = `blocks.${i}`;
    norm(`${block}.norm1`, width);
    shapes.set(`${block}.attn.qkv.weight`, [3 * width, width]);
    // Keys have no bias.
    for (const part of ['q_bias', 'v_bias']) shapes.set(`${block}.attn.${part}`, [width]);
    linear(`${block}.attn.proj`, width, width);
    norm(`${block}.norm2`, width);
    linear(`${block}.mlp.fc1`, width, mlp);
    linear(`${block}.mlp.fc2`, mlp, width);
    conv(`${block}.PCM.0`, width / groups, mlp, 1);
    batchNorm(`${block}.PCM.1`, mlp);
    conv(`${block}.PCM.3`, mlp / groups, width, 1);
  }
  norm('fc_norm', width);
  linear('head', width, width);
  linear('vit_block.0', width, features);
  linear('vit_block.2', features, features);
  conv('inception_model.vis_inception.0', BANDS, 32, 1);
  for (const { name, inputs, outputs, unused } of INCEPTION) {
    for (const [branch, side, first] of BRANCH_CONVOLUTIONS) {
      if (unused.some((one) => branch.startsWith(one))) continue;
      conv(`${name}.${branch}.conv`, first ? inputs : outputs, outputs, side);
      batchNorm(`${name}.${branch}.bn`, outputs);
    }
  }
  linear('inception_model.vis_inception.10', FLATTENED, features);
  linear('inception_model.vis_inception.12', features, features);
  linear('inception_model.magnitude_block.0', BANDS, hidden);
  for (const i of [2, 4, 6, 8]) linear(`inception_model.magnitude_block.${i}`, hidden, hidden);
  linear('concat_block.0', 2 * features + hidden, hidden);
  linear('concat_block.2', hidden, 1);
  return shapes;
}

/** Two names of one layer: a state_dict has both, safetensors keeps either. */
const ALIASES: readonly (readonly [name: string, alias: string])[] = [
  ['inception_model.vis_inception.0.', 'inception_model.conv2d_init.'],
];

/** The tensors under the names that `expectedShapes` uses, and the name that each has in the file. */
export function canonicalNames<Tensor>(
  tensors: ReadonlyMap<string, Tensor>,
): Map<string, Tensor & { nameInFile: string }> {
  const found = new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, nameInFile: name }]));
  for (const [name, tensor] of [...found]) {
    for (const [known, alias] of ALIASES) {
      const canonical = `${known}${name.slice(alias.length)}`;
      if (name.startsWith(alias) && !found.has(canonical)) found.set(canonical, tensor);
    }
  }
  return found;
}

/** Names that a checkpoint has and inference does not need: counters, aliases, a branch that is never called. */
export function isNeedless(name: string): boolean {
  return name.endsWith('.num_batches_tracked') || isAlias(name) || isInUnusedBranch(name);
}

/** Statistics of BatchNorm, which are not parameters. */
export const isBuffer = (name: string): boolean =>
  /\.(running_mean|running_var|num_batches_tracked)$/.test(name);

/** Parameters of the branch that is never called; the published number of parameters counts them. */
export const isUnusedParameter = (name: string): boolean => isInUnusedBranch(name) && !isBuffer(name);

const isAlias = (name: string) => ALIASES.some(([, alias]) => name.startsWith(alias));

const isInUnusedBranch = (name: string) =>
  INCEPTION.some((block) => block.unused.some((branch) => name.startsWith(`${block.name}.${branch}`)));
