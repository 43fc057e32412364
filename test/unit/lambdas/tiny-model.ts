/**
 * ONNX models small enough to write by hand, with AstroMAE's inputs and output. A protobuf field is its number and
 * wire type, then a varint or a length and bytes (https://onnx.ai/onnx/repo-docs/IR.html).
 */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const int = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, body: number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(body.length),
  ...body,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);

function node(op: string, inputs: string[], output: string, attributes: number[][] = []): number[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(4, op),
    ...attributes.flatMap((attribute) => bytes(5, attribute)),
  ];
}

const FLOAT = 1;
const attributeInt = (name: string, value: number) => [...text(1, name), ...int(3, value), ...int(20, 2)];
const attributeInts = (name: string, values: number[]) => [
  ...text(1, name),
  ...values.flatMap((value) => int(8, value)),
  ...int(20, 7),
];

function tensor(name: string, shape: (number | string)[]): number[] {
  const dims = shape.flatMap((dim) => bytes(1, typeof dim === 'number' ? int(1, dim) : text(2, dim)));
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, FLOAT), ...bytes(2, dims)]))];
}

const mean = (input: string, output: string) =>
  node('ReduceMean', [input], output, [attributeInts('axes', [1]), attributeInt('keepdims', 1)]);

function model(nodes: number[][], outputName: string): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => bytes(1, one)),
    ...text(2, 'tiny'),
    ...bytes(11, tensor('image', ['N', 5, 32, 32])),
    ...bytes(11, tensor('magnitude', ['N', 5])),
    ...bytes(12, tensor(outputName, ['N', 1])),
  ];
  return Uint8Array.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...int(2, 13)])]);
}

const MEANS = [
  node('Flatten', ['image'], 'pixels', [attributeInt('axis', 1)]),
  mean('pixels', 'image_mean'),
  mean('magnitude', 'magnitude_mean'),
];

/** redshift = mean of the pixels + mean of the magnitudes: any sample in the wrong place shows. */
export const meanModel = (outputName = 'redshift'): Uint8Array =>
  model([...MEANS, node('Add', ['image_mean', 'magnitude_mean'], outputName)], outputName);

/** redshift = log of that mean: NaN for a sample whose mean is negative. */
export const logModel = (): Uint8Array =>
  model(
    [...MEANS, node('Add', ['image_mean', 'magnitude_mean'], 'sum'), node('Log', ['sum'], 'redshift')],
    'redshift',
  );

/** The mean model with a description of so many bytes. */
export const paddedModel = (padding: number): Uint8Array =>
  Buffer.concat([
    meanModel(),
    Uint8Array.from([...varint((6 << 3) | 2), ...varint(padding)]),
    Buffer.alloc(padding, 'x'),
  ]);
