/**
 * Weights stored as float16 and cast to float32 when a model is loaded: half the bytes to carry, download and put into
 * a zip, the same speed and memory afterwards. onnxruntime folds the casts of constants while it loads. A weight keeps
 * 11 bits of its significand, so redshifts move a little: like int8, it is let through by a gate only.
 */
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { ELEMENT_TYPE, type OnnxModel, type OnnxNode, type OnnxTensor } from './onnx/schema.ts';
import { floatsOf } from './quantize.ts';

/** Smaller tensors (biases, norms, scales) keep their precision. */
const SMALLEST = 4096;
/** Largest finite float16. */
const LARGEST = 65_504;

export interface HalvedModel {
  model: OnnxModel;
  /** Tensors that are float16 now, and weights in them. */
  layers: number;
  weights: number;
}

/** The model with its large constants as float16. HarnessError, exit code 2, when none can be. */
export function halveWeights(model: OnnxModel, file: string): HalvedModel {
  const casts: OnnxNode[] = [];
  let weights = 0;
  const initializer = model.graph.initializer.map((tensor): OnnxTensor => {
    const size = tensor.dims.reduce((product, dim) => product * dim, 1);
    if (tensor.dataType !== ELEMENT_TYPE.float || size < SMALLEST) return tensor;
    const values = floatsOf(tensor);
    if (!values.every((value) => Math.abs(value) <= LARGEST)) return tensor;
    const name = `${tensor.name}:float16`;
    casts.push({
      input: [name],
      output: [tensor.name],
      name: `${name}:cast`,
      opType: 'Cast',
      attribute: [{ name: 'to', type: 2, i: ELEMENT_TYPE.float }],
    });
    weights += size;
    const halves = Uint16Array.from(values, toFloat16);
    return {
      name,
      dims: tensor.dims,
      dataType: ELEMENT_TYPE.float16,
      rawData: new Uint8Array(halves.buffer),
    };
  });
  if (casts.length === 0) {
    throw new HarnessError(
      'not-quantizable',
      'it has no float32 constant large enough to gain from float16',
      {
        exitCode: ExitCode.inputWrong,
        location: { file },
      },
    );
  }
  return {
    model: {
      ...model,
      graph: { ...model.graph, node: [...casts, ...model.graph.node], initializer },
      metadataProps: [...model.metadataProps, { key: 'weights', value: 'float16' }],
    },
    layers: casts.length,
    weights,
  };
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest float16 (IEEE 754 binary16, ties to even) of a finite number, as its 16 bits. */
export function toFloat16(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 0xff) - 127 + 15;
  const significand = word & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  // Below 2^-14 the significand is shifted instead of the exponent lowered; below 2^-25 nothing is left.
  if (exponent < -10) return sign;
  const shift = exponent > 0 ? 13 : 14 - exponent;
  const whole = exponent > 0 ? (exponent << 23) | significand : significand | 0x800000;
  const kept = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  // Rounding up may carry into the exponent, which is then right as it stands.
  return sign | (kept + (rest > half || (rest === half && kept & 1) ? 1 : 0));
}
