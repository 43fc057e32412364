import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../../harness/core/errors.ts';
import { generatePartitionFile } from '../../../../../harness/packs/redshift/data/generate.ts';
import {
  expectedShapes,
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
    expect(error?.message).toBe('it has no parameter cls_token, so it is no checkpoint of AstroMAE');
  });

  it('lists what is missing and misshapen, and does not stop at the first', async () => {
    const shapes = new Map(expectedShapes(SMALL));
    shapes.delete('head.bias');
    shapes.set('vit_block.2.weight', [4, 5]);
    shapes.set('decoder.mask_token', [1, 1, 8]);
    const error = await failure(importCheckpoint(safetensors('wrong.safetensors', shapes), { heads: 2 }));
    expect(error?.exitCode).toBe(2);
    expect(error?.message.split('\n')).toEqual([
      "its tensors are not AstroMAE's:",
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
    expect((await failure(importCheckpoint(file, { heads: 7 })))?.message).toMatch(/do not go together/);
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
