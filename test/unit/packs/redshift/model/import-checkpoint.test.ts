import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../../harness/core/errors.ts';
import { generatePartitionFile } from '../../../../../harness/packs/redshift/data/generate.ts';
import {
  expectedShapes,
  isBuffer,
  isNeedless,
  type Sizes,
} from '../../../../../harness/packs/redshift/model/astromae/architecture.ts';
import { describeMismatch, matchShapes } from '../../../../../harness/packs/redshift/model/astromae/match.ts';
import { isModuleClass } from '../../../../../harness/packs/redshift/model/checkpoint/module-classes.ts';
import { openCheckpoint } from '../../../../../harness/packs/redshift/model/checkpoint/read-checkpoint.ts';
import { importCheckpoint } from '../../../../../harness/packs/redshift/model/import-checkpoint.ts';
import { predictSamples } from '../../../../../harness/packs/redshift/model/predict-samples.ts';

const fixtures = resolve(import.meta.dirname, '../../../../fixtures/pt');
const folder = mkdtempSync(join(tmpdir(), 'import-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL: Sizes = {
  width: 192,
  blocks: 1,
  heads: 2,
  patchPx: 16,
  groups: 96,
  mlp: 192,
  features: 4,
  hidden: 4,
};

/** A safetensors file of float32 tensors, all of one value. */
function safetensors(name: string, shapes: ReadonlyMap<string, readonly number[]>, value = 0.01): string {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [key, shape] of shapes) {
    const bytes = 4 * shape.reduce((size, dim) => size * dim, 1);
    header[key] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = Buffer.from(new Float32Array(offset / 4).fill(value).buffer);
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat([length, text, data]));
  return file;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: HarnessError) => error,
  );

describe('a checkpoint', () => {
  it('is read as named tensors: a module within DataParallel, and a state_dict', async () => {
    for (const [file, kind] of [
      ['model_dataparallel.pt', 'module'],
      ['model_state.pt', 'state_dict'],
    ] as const) {
      const checkpoint = await openCheckpoint(join(fixtures, file));
      expect(checkpoint.kind).toBe(kind);
      expect(checkpoint.tensors.size).toBeGreaterThan(0);
      expect([...checkpoint.tensors.keys()].some((name) => name.startsWith('module.'))).toBe(false);
      for (const [name, { shape }] of checkpoint.tensors) {
        const values = await checkpoint.read(name);
        expect(values).toHaveLength(shape.reduce((size, dim) => size * dim, 1));
      }
      await checkpoint.close();
    }
  });

  it('within DataParallel has the names that the module inside gives', async () => {
    const checkpoint = await openCheckpoint(join(fixtures, 'model_dataparallel.pt'));
    expect([...checkpoint.tensors.keys()].sort()).toEqual(['0.bias', '0.weight', '2.bias', '2.weight']);
    await checkpoint.close();
  });

  it('that would run code is refused by the name it would run', async () => {
    const error = await failure(openCheckpoint(join(fixtures, 'malicious_legacy.pt')));
    expect(error).toBeInstanceOf(HarnessError);
    expect(error?.message).toMatch(/refers to `[\w.]*system`/);
    expect(error?.exitCode).toBe(2);
  });

  it.each([
    ['torch.nn.modules.linear.Linear', true],
    ['__main__.ViT_Astro', true],
    ['timm.layers.mlp.Mlp', true],
    ['builtins.getattr', true],
    ['functools.partial', true],
    ['os.system', false],
    ['posix.system', false],
    ['subprocess.Popen', false],
    ['builtins.eval', false],
    ['__builtin__.exec', false],
  ])('may name %s: %s', (name, allowed) => expect(isModuleClass(name)).toBe(allowed));
});

describe('the small AstroMAE that astromae.py wrote', () => {
  const small = resolve(fixtures, '../astromae');
  const expected = JSON.parse(readFileSync(join(small, 'predictions.json'), 'utf8')) as number[];

  it.each(['astromae.pt', 'astromae-legacy.pt'])('%s predicts what PyTorch predicts', async (name) => {
    const imported = await importCheckpoint(join(small, name));
    expect(imported.className).toBe('torch.nn.parallel.data_parallel.DataParallel');
    expect(imported.sizes).toEqual({
      width: 24,
      blocks: 2,
      heads: 3,
      patchPx: 8,
      groups: 12,
      mlp: 96,
      features: 12,
      hidden: 16,
    });
    expect(imported.headsFrom).toBe('checkpoint');
    expect(imported.parameters).toBe(62_521);
    expect(imported.extra).toEqual([]);
    const { predicted } = await predictSamples(imported.bytes, join(small, 'samples.pt'));
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(5e-3);
    expect(predicted).toHaveLength(expected.length);
    for (const [i, z] of expected.entries()) expect(Math.abs(predicted[i]! - z)).toBeLessThan(2e-7);
  });

  it("has the original's names: attention without a key bias, a PCM of two convolutions", async () => {
    const checkpoint = await openCheckpoint(join(small, 'astromae.pt'));
    const block = [...checkpoint.tensors.keys()].filter((name) => name.startsWith('blocks.0.'));
    await checkpoint.close();
    expect(block.map((name) => name.slice('blocks.0.'.length)).sort()).toEqual(
      [
        ...['norm1.weight', 'norm1.bias', 'norm2.weight', 'norm2.bias'],
        ...['attn.q_bias', 'attn.v_bias', 'attn.qkv.weight', 'attn.proj.weight', 'attn.proj.bias'],
        ...['mlp.fc1.weight', 'mlp.fc1.bias', 'mlp.fc2.weight', 'mlp.fc2.bias'],
        ...['PCM.0.weight', 'PCM.0.bias', 'PCM.3.weight', 'PCM.3.bias', 'PCM.1.weight', 'PCM.1.bias'],
        ...['PCM.1.running_mean', 'PCM.1.running_var', 'PCM.1.num_batches_tracked'],
      ].sort(),
    );
  });

  it('is pickled under the class names of the original', () => {
    const text = readFileSync(join(small, 'astromae-legacy.pt')).toString('latin1');
    for (const name of [
      'NormalCell\nNormalCell',
      'blocks.model_vit_inception\nViT_Astro',
      'blocks.photoz\n',
      'timm.models.layers.patch_embed\nPatchEmbed',
    ])
      expect(text).toContain(name);
  });
});

describe("the original's sizes", () => {
  it('make 15,902,889 parameters with those of the branch that is never called', () => {
    const shapes = expectedShapes({
      width: 192,
      blocks: 12,
      heads: 6,
      patchPx: 8,
      groups: 48,
      mlp: 768,
      features: 1096,
      hidden: 1024,
    });
    const elements = [...shapes].map(([name, shape]) =>
      isBuffer(name) ? 0 : shape.reduce((size, dim) => size * dim, 1),
    );
    // Convolutions 32 -> 4 (1 x 1) and 4 -> 4 (5 x 5) with biases, two BatchNorms.
    const neverCalled = 32 * 4 + 4 + 4 * 4 * 25 + 4 + 2 * 2 * 4;
    expect(elements.reduce((sum, count) => sum + count, neverCalled)).toBe(15_902_889);
  });
});

describe('importing', () => {
  it('says that a file is no checkpoint', async () => {
    const file = join(folder, 'text.pt');
    writeFileSync(file, 'no checkpoint at all');
    expect((await failure(importCheckpoint(file)))?.message).toBe(
      'it is neither a file of torch.save nor safetensors',
    );
    expect((await failure(importCheckpoint(join(folder, 'absent.pt'))))?.message).toMatch(/ENOENT/);
  });

  it('says that a checkpoint is of another network', async () => {
    const error = await failure(importCheckpoint(join(fixtures, 'model_state.pt')));
    expect(error?.message).toBe('it has no parameter cls_token, so it is not a checkpoint of AstroMAE');
  });

  it('lists what is missing and misshapen, and does not stop at the first', async () => {
    const shapes = new Map(expectedShapes(SMALL));
    shapes.delete('head.bias');
    shapes.set('vit_block.2.weight', [4, 5]);
    shapes.set('decoder.mask_token', [1, 1, 8]);
    const error = await failure(importCheckpoint(safetensors('wrong.safetensors', shapes), { heads: 2 }));
    expect(error?.exitCode).toBe(2);
    expect(error?.message.split('\n')).toEqual([
      "its tensors do not match AstroMAE's:",
      '  missing: head.bias',
      '  misshapen: vit_block.2.weight is [4, 5], expected [4, 4]',
      '  extra: decoder.mask_token',
    ]);
  });

  it('takes extra tensors along as a list, and needless ones in silence', async () => {
    const shapes = new Map(expectedShapes(SMALL));
    shapes.set('decoder.mask_token', [1, 1, 8]);
    shapes.set('inception_model.conv2d_init.weight', [32, 5, 1, 1]);
    shapes.set('inception_model.vis_inception.8.branch3.0.conv.weight', [4, 32, 1, 1]);
    const imported = await importCheckpoint(safetensors('extra.safetensors', shapes), { heads: 2 });
    expect(imported.extra).toEqual(['decoder.mask_token']);
    expect(imported.sizes).toEqual(SMALL);
    const partition = join(folder, 'few.pt');
    await generatePartitionFile({ seed: 1, samples: 3, format: 'pt' }, partition);
    const { predicted } = await predictSamples(imported.bytes, partition);
    expect(predicted.every(Number.isFinite)).toBe(true);
    expect(predicted).toHaveLength(3);
  });

  it('knows a layer by either of its two names', async () => {
    const named = [...expectedShapes(SMALL)].map(
      ([name, shape]) => [name.replace('vis_inception.0.', 'conv2d_init.'), shape] as const,
    );
    const imported = await importCheckpoint(safetensors('alias.safetensors', new Map(named)), { heads: 2 });
    expect(imported.extra).toEqual([]);
  });

  it('refuses weights that are no numbers', async () => {
    const file = safetensors('nan.safetensors', expectedShapes(SMALL), Number.NaN);
    const error = await failure(importCheckpoint(file, { heads: 2 }));
    expect(error?.message).toMatch(/^its tensor cls_token has NaN at element 0/);
  });

  it('refuses a number of heads that does not divide the width', async () => {
    const file = safetensors('heads.safetensors', expectedShapes(SMALL));
    expect((await failure(importCheckpoint(file, { heads: 7 })))?.message).toMatch(/do not fit together/);
  });
});

describe('matching', () => {
  it('finds nothing to say of what fits', () => {
    const shapes = expectedShapes(SMALL);
    const found = new Map([...shapes].map(([name, shape]) => [name, { shape }]));
    expect(describeMismatch(matchShapes(found, shapes))).toEqual([]);
    expect([...shapes.keys()].filter(isNeedless)).toEqual([]);
  });
});
