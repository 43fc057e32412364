import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { halveWeights } from '../model/half-weights.ts';
import { readOnnxFile } from '../model/inspect-model.ts';
import { isTrained, judgeQuantized, type Quality, type Verdict } from '../model/judge-quantized.ts';
import { renderModel } from '../model/onnx/schema.ts';
import { type Predictions, predictSamples } from '../model/predict-samples.ts';
import { type KindEffect, selectLayers } from '../model/select-layers.ts';

export interface QuantizeModelOptions {
  data: string;
  out: string;
  /** Share of sigma_NMAD by which bias and sigma_NMAD may move. */
  tolerance: number;
  to: 'int8' | 'float16';
  /** Accepts a network that is not trained, for measuring speed. */
  untrained: boolean;
}

interface Quantized {
  bytes: Uint8Array;
  layers: number;
  weights: number;
  predictions: Predictions;
  verdict: Verdict;
  kinds?: KindEffect[];
}

/** Quantises a model and writes it if its redshifts are as good as before; exit code 1 and no file when not. */
export async function quantizeModelFile(file: string, options: QuantizeModelOptions): Promise<void> {
  const { to, data, tolerance } = options;
  const float = await predictSamples(file, data);
  const quantized = await quantize(file, float, options);
  const { bytes, layers, weights, verdict, predictions } = quantized;
  const largest = float.predicted.reduce(
    (most, z, i) => Math.max(most, Math.abs(z - predictions.predicted[i]!)),
    0,
  );
  const MiB = (size: number) => (size / 2 ** 20).toFixed(2);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  process.stdout.write(
    `${[
      ...(quantized.kinds ?? []).map(describeKind),
      `${layers} ${to === 'int8' ? 'linear layers' : 'tensors'} with ${weights.toLocaleString('en')} weights are ${to}: ` +
        `${MiB((await stat(file)).size)} -> ${MiB(bytes.length)} MiB`,
      describeQuality('float32', verdict.float),
      describeQuality(to.padEnd(7), verdict.quantized),
      `  sigma_NMAD moves by ${percent(verdict.moved.sigmaNmad)}, bias by ${percent(verdict.moved.bias)} of sigma_NMAD; |dz| between the two at most ${largest.toExponential(1)}`,
      `  measured against the ${verdict.against} of ${data}, ${float.predicted.length} samples`,
    ].join('\n')}\n`,
  );
  requireAccepted(file, verdict, tolerance, options.untrained);
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(`${options.out}.tmp`, bytes);
  await rename(`${options.out}.tmp`, options.out);
  process.stdout.write(`wrote ${options.out}\n`);
}

async function quantize(
  file: string,
  float: Predictions,
  { to, data, tolerance }: QuantizeModelOptions,
): Promise<Quantized> {
  const model = await readOnnxFile(file);
  if (to === 'int8') {
    return selectLayers(model, file, data, float, tolerance, (done, of) =>
      process.stderr.write(`measured ${done} of ${of} kinds of layers\n`),
    );
  }
  const halved = halveWeights(model, file);
  const bytes = renderModel(halved.model);
  const predictions = await predictSamples(bytes, data);
  return { ...halved, bytes, predictions, verdict: judgeQuantized(float, predictions, tolerance) };
}

/** HarnessError, exit code 1, when the redshifts moved too far; exit code 2 when they cannot tell. */
function requireAccepted(file: string, verdict: Verdict, tolerance: number, untrained: boolean): void {
  const location = { file };
  if (!isTrained(verdict) && !untrained) {
    const problem =
      verdict.against === 'redshifts'
        ? `the model explains too little of the redshifts (R2 = ${verdict.float.R2.toFixed(2)}): it is not trained for this data`
        : 'the partition has no redshifts';
    throw new HarnessError('quality-unknown', `${problem}, so the cost in quality cannot be measured`, {
      exitCode: ExitCode.inputWrong,
      location,
      remedy: 'give a trained model and a partition with redshifts, or --untrained to measure speed only',
    });
  }
  if (verdict.accepted || untrained) return;
  throw new HarnessError(
    'quantization-refused',
    `bias or sigma_NMAD moves by more than ${100 * tolerance} % of sigma_NMAD: nothing was written`,
    {
      exitCode: ExitCode.expectationFailed,
      location,
      remedy: 'keep the float32 model, or set --tolerance to the share of sigma_NMAD that may be lost',
    },
  );
}

const describeKind = ({ kind, layers, weights, effect, int8 }: KindEffect) =>
  `  ${(int8 ? 'int8' : 'float32').padEnd(7)}  ${kind}: ${layers} layers, ${weights.toLocaleString('en')} weights, alone moves dz by ${effect.toExponential(1)}`;

const describeQuality = (name: string, { bias, sigmaNmad, R2 }: Quality) =>
  `  ${name}  bias ${bias.toFixed(6)}  sigma_NMAD ${sigmaNmad.toFixed(6)}  R2 ${R2.toFixed(4)}`;
