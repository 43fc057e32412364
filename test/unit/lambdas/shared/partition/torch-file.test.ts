import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { elementReader, ITEM_BYTES } from '../../../../../lambdas/shared/partition/dtype.ts';
import {
  openTorchFile,
  readTensor,
  type TorchFile,
} from '../../../../../lambdas/shared/partition/pt/torch-file.ts';
import {
  isContiguous,
  type PickleValue,
  type TensorRef,
} from '../../../../../lambdas/shared/partition/pt/values.ts';
import { elementCount } from '../../../../../lambdas/shared/partition/stored-array.ts';
import { type ExpectedTensor, expectedFiles, fixture, hasFixture } from './fixtures.ts';

const kindOf = (value: PickleValue | undefined) =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : typeof value;

/** All tensors of a value by dotted path, however deep. */
function tensorsOf(value: PickleValue | undefined, path = ''): [string, TensorRef][] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const under = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  switch (value.kind) {
    case 'tensor':
      return [[path, value]];
    case 'list':
    case 'tuple':
      return value.items.flatMap((item, i) => tensorsOf(item, under(i)));
    case 'dict':
      return [...value.entries].flatMap(([key, item]) => tensorsOf(item, under(String(key))));
    case 'object':
      return tensorsOf(value.state, path);
    default:
      return [];
  }
}

/** The bytes of a tensor as torch's `.contiguous()` would lay them out, in its own element type. */
async function contiguousBytes(file: TorchFile, tensor: TensorRef): Promise<Buffer> {
  const bytes = await file.readStorage(tensor.storage);
  const size = ITEM_BYTES[tensor.dtype];
  const out = Buffer.alloc(elementCount(tensor.shape) * size);
  const index = tensor.shape.map(() => 0);
  for (let i = 0; i < out.length / size; i++) {
    const element = index.reduce((sum, at, d) => sum + at * tensor.stride[d]!, tensor.offset);
    Buffer.from(bytes.buffer, bytes.byteOffset + element * size, size).copy(out, i * size);
    for (let d = index.length - 1; d >= 0 && ++index[d]! === tensor.shape[d]!; d--) index[d] = 0;
  }
  return out;
}

const withTensors = Object.entries(expectedFiles()).filter(
  ([name, file]) => file.tensors && hasFixture(name),
);

describe('openTorchFile against PyTorch', () => {
  it('has files to compare', () => expect(withTensors.length).toBeGreaterThanOrEqual(9));

  for (const [name, { tensors }] of withTensors) {
    it(name, async () => {
      const file = await openTorchFile(fixture(name), { inert: (cls) => /^torch\.nn\./.test(cls) });
      const found = tensorsOf(file.root);
      const wanted: ExpectedTensor[] = Array.isArray(tensors) ? tensors : Object.values(tensors!);
      expect(found.map(([, tensor]) => tensor.shape)).toEqual(wanted.map((tensor) => tensor.shape));
      for (const [i, expected] of wanted.entries()) {
        const tensor = found[i]![1];
        expect(tensor).toMatchObject({
          stride: expected.stride,
          offset: expected.offset,
          dtype: expected.dtype,
        });
        const raw = await contiguousBytes(file, tensor);
        expect(createHash('sha256').update(raw).digest('hex')).toBe(expected.sha256_contiguous);
        const values = await readTensor(file, tensor);
        expect(values.length).toBe(elementCount(expected.shape));
        const close = (value: number | null) => (value === null ? Number.NaN : Math.fround(value));
        expect([...values.slice(0, expected.first.length)]).toEqual(expected.first.map(close));
        const last = expected.last.length;
        expect([...values.slice(values.length - last)]).toEqual(expected.last.map(close));
      }
    });
  }

  it('names the layers of a pickled module only when asked to keep its classes', async () => {
    await expect(openTorchFile(fixture('model_dataparallel.pt'))).rejects.toMatchObject({
      code: 'HostilePickle',
      message: expect.stringContaining('`torch.nn.parallel.data_parallel.DataParallel`'),
    });
    const file = await openTorchFile(fixture('model_dataparallel.pt'), {
      inert: (cls) => cls.startsWith('torch.nn.'),
    });
    expect(kindOf(file.root)).toBe('object');
    expect(tensorsOf(file.root).map(([path]) => path.split('.').slice(-1)[0])).toEqual([
      'weight',
      'bias',
      'weight',
      'bias',
    ]);
  });

  it('knows contiguous tensors from others', async () => {
    const file = await openTorchFile(fixture('tiny_noncontiguous.pt'));
    expect(tensorsOf(file.root).map(([, tensor]) => isContiguous(tensor))).toEqual([false, false, false]);
  });
});

describe('elementReader', () => {
  it('reads halves exactly: subnormal, normal, infinite, NaN', () => {
    const bits = Uint16Array.of(0x0001, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000);
    const read = elementReader('float16', new Uint8Array(bits.buffer));
    expect(Array.from(bits, (_, i) => read(i))).toEqual([
      2 ** -24,
      1,
      -2,
      65504,
      Infinity,
      -Infinity,
      NaN,
      -0,
    ]);
  });
  it('reads every other element type at any alignment', () => {
    const bytes = new Uint8Array(17);
    new DataView(bytes.buffer).setFloat64(1, -0.1, true);
    new DataView(bytes.buffer).setBigInt64(9, -5n, true);
    const shifted = bytes.subarray(1);
    expect(elementReader('float64', shifted)(0)).toBe(-0.1);
    expect(elementReader('int64', shifted)(1)).toBe(-5);
    expect(elementReader('int8', Uint8Array.of(0, 255))(1)).toBe(-1);
    expect(elementReader('bfloat16', Uint8Array.of(0x80, 0x3f))(0)).toBe(1);
  });
});
