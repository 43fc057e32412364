/** What a model or checkpoint file holds, read without running any of it. */
import { open, readFile, stat } from 'node:fs/promises';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { openCheckpoint } from './checkpoint/read-checkpoint.ts';
import { ELEMENT_TYPE, type OnnxModel, readModel } from './onnx/schema.ts';

export interface ModelSummary {
  file: string;
  kind: 'onnx' | 'module' | 'state_dict' | 'safetensors';
  sizeBytes: number;
  /** Elements of all tensors. */
  elements: number;
  /** Class of a pickled module; producer of an .onnx file. */
  madeBy?: string;
  tensors: { name: string; dtype: string; shape: readonly number[] }[];
  onnx?: {
    opsets: Record<string, number>;
    inputs: string[];
    outputs: string[];
    /** Nodes per operator, most frequent first. */
    operators: [name: string, count: number][];
    metadata: Record<string, string>;
  };
}

/** HarnessError, exit code 2, for a file that is neither a model nor a checkpoint. */
export async function inspectModel(file: string): Promise<ModelSummary> {
  return (await looksLikeOnnx(file)) ? inspectOnnx(file) : inspectCheckpoint(file);
}

/** ModelProto begins with field 1 (ir_version, a varint); torch and safetensors files cannot. */
async function looksLikeOnnx(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((cause: Error) => {
    throw new HarnessError('bad-model', `it cannot be read: ${cause.message}`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      cause,
    });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(9), 0, 9, 0);
    return bytesRead > 2 && buffer[0] === 0x08 && buffer[1]! < 0x80 && buffer[8] !== 0x7b;
  } finally {
    await handle.close();
  }
}

async function inspectCheckpoint(file: string): Promise<ModelSummary> {
  const checkpoint = await openCheckpoint(file);
  await checkpoint.close();
  const tensors = [...checkpoint.tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  return {
    file,
    kind: checkpoint.kind,
    sizeBytes: checkpoint.sizeBytes,
    elements: total(tensors),
    ...(checkpoint.className === undefined ? {} : { madeBy: checkpoint.className }),
    tensors,
  };
}

async function inspectOnnx(file: string): Promise<ModelSummary> {
  const model = await readOnnxFile(file);
  const { node, initializer, input, output } = model.graph;
  const constants = new Set(initializer.map(({ name }) => name));
  const counts = new Map<string, number>();
  for (const { opType, domain } of node) {
    const name = domain ? `${domain}.${opType}` : opType;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const tensors = initializer.map(({ name, dataType, dims }) => ({
    name,
    dtype: Object.entries(ELEMENT_TYPE).find(([, type]) => type === dataType)?.[0] ?? `type ${dataType}`,
    shape: dims,
  }));
  return {
    file,
    kind: 'onnx',
    sizeBytes: (await stat(file)).size,
    elements: total(tensors),
    madeBy: `${model.producerName} ${model.producerVersion}`.trim(),
    tensors,
    onnx: {
      opsets: Object.fromEntries(
        model.opsetImport.map(({ domain, version }) => [domain || 'ai.onnx', version]),
      ),
      inputs: input.filter(({ name }) => !constants.has(name)).map(describeValue),
      outputs: output.map(describeValue),
      operators: [...counts].sort(([, a], [, b]) => b - a),
      metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    },
  };
}

/** The model in an .onnx file. HarnessError, exit code 2, when it is none. */
export async function readOnnxFile(file: string): Promise<OnnxModel> {
  try {
    return readModel(await readFile(file));
  } catch (cause) {
    throw new HarnessError('bad-model', `it is no whole ONNX model: ${(cause as Error).message}`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      cause,
    });
  }
}

function describeValue({ name, type }: OnnxModel['graph']['input'][number]): string {
  const dims = type.tensorType.shape.dim.map(({ dimParam, dimValue }) => dimParam || dimValue || '?');
  return `${name}[${dims.join(', ')}]`;
}

const total = (tensors: { shape: readonly number[] }[]) =>
  tensors.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
