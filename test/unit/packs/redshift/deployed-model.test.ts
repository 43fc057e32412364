import { expect, it } from 'vitest';
import { deployedModel } from '../../../../harness/packs/redshift/verification/reference.ts';

const deployed = (...files: string[]) =>
  deployedModel({
    project: { functions: {} },
    artifacts: { objects: files.map((file) => ({ file })) },
  } as never);

it.each<[string[], ReturnType<typeof deployed>]>([
  [['a/model.onnx', 'a/notes.txt'], { file: 'a/model.onnx' }],
  [['a/model.onnx', 'a/model.int8.onnx'], { file: 'a/model.onnx', int8: 'a/model.int8.onnx' }],
  [['a/model.int8.onnx'], { file: 'a/model.int8.onnx' }],
  [['a/model.onnx', 'b/model.int8.onnx'], undefined],
  [['a/one.onnx', 'a/two.onnx'], undefined],
  [[], undefined],
])('finds the model among %j', (files, found) => {
  expect(deployed(...files)).toEqual(found);
});
