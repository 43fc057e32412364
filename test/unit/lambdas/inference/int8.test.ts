import { beforeEach, describe, expect, it } from 'vitest';
import { int8Instructions } from '../../../../lambdas/inference/int8-processor.ts';
import { innerBatchFor } from '../../../../lambdas/inference/session.ts';
import { bundledModel, locateModel } from '../../../../lambdas/shared/model-location.ts';
import { MemoryS3 } from '../memory-s3.ts';

describe('the processor', () => {
  it.each([
    ['flags : fpu sse2 avx2 avx512f avx512_vnni avx512_bitalg', 'avx512_vnni'],
    ['flags : fpu sse2 avx2 avx_vnni avx512f', 'avx_vnni'],
    ['Features : fp asimd aes crc32 atomics asimdrdm lrcpc dcpop asimddp ssbs', 'asimddp'],
    ['flags : fpu sse2 avx2 avx512f', undefined],
    ['', undefined],
  ])('with "%s" gains from int8 by %s', (text, instructions) =>
    expect(int8Instructions(text)).toBe(instructions),
  );

  it.each([
    ['1024K\n', 32],
    ['2M', 32],
    ['512K\n', 16],
    ['', 16],
  ])('with a second-level cache of "%s" runs %i samples at once', (size, samples) =>
    expect(innerBatchFor(size)).toBe(samples),
  );
});

describe('a model with an int8 form beside it', () => {
  let s3: MemoryS3;
  beforeEach(() => {
    s3 = new MemoryS3();
  });
  const locate = () => locateModel(s3.client, 'work', 'm', 'folder');

  it('is one model', async () => {
    s3.put('work', 'm/model.int8.onnx', 'int8');
    s3.put('work', 'm/model.onnx', 'float32');
    const found = await locate();
    expect(found.key).toBe('m/model.onnx');
    expect(found.int8?.key).toBe('m/model.int8.onnx');
  });

  it('may be the int8 form alone', async () => {
    s3.put('work', 'm/model.int8.onnx', 'int8');
    const found = await locate();
    expect(found.key).toBe('m/model.int8.onnx');
    expect(found.int8).toBeUndefined();
  });

  it('must be of the same name', async () => {
    s3.put('work', 'm/model.onnx', 'float32');
    s3.put('work', 'm/other.int8.onnx', 'int8');
    await expect(locate()).rejects.toThrow(/must hold exactly one .onnx file/);
  });

  it('is found in the package too', () => {
    const bundled = bundledModel({
      MODEL_BUNDLED: 'model.onnx',
      MODEL_SHA256: 'a',
      MODEL_INT8_SHA256: 'b',
      LAMBDA_TASK_ROOT: '/var/task',
    });
    expect(bundled).toMatchObject({
      key: 'bundle:model.onnx',
      int8: { key: 'bundle:model.int8.onnx', etag: 'b', file: '/var/task/model/model.int8.onnx' },
    });
  });
});
