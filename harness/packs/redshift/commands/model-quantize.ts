import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { halveWeights } from '../model/half-weights.ts';
import { readOnnxFile } from '../model/inspect-model.ts';
import { renderModel } from '../model/onnx/schema.ts';
import { predictSamples } from '../model/predict-samples.ts';
import { judgeQuantized, type Quality, quantizeModel } from '../model/quantize.ts';

export interface QuantizeModelOptions {
  data: string;
  out: string;
  tolerance: number;
  to: 'int8' | 'float16';
}

/** Quantises a model and writes it if its redshifts are as good as before; exit code 1 and no file when not. */
export async function quantizeModelFile(file: string, options: QuantizeModelOptions): Promise<void> {
  const { to } = options;
  const transform = to === 'int8' ? quantizeModel : halveWeights;
  const { model, layers, weights } = transform(await readOnnxFile(file), file);
  const bytes = renderModel(model);
  const [float, smaller] = [
    await predictSamples(file, options.data),
    await predictSamples(bytes, options.data),
  ];
  const verdict = judgeQuantized(float, smaller, options.tolerance);
  const largest = float.predicted.reduce(
    (most, z, i) => Math.max(most, Math.abs(z - smaller.predicted[i]!)),
    0,
  );
  const figures = (name: string, { bias, sigmaNmad }: Quality) =>
    `  ${name}  bias ${bias.toFixed(6)}  sigma_NMAD ${sigmaNmad.toFixed(6)}`;
  const before = (await readFile(file)).length;
  process.stdout.write(
    `${layers} ${to === 'int8' ? 'linear layers' : 'tensors'} with ${weights.toLocaleString('en')} weights are ${to}: ` +
      `${(before / 2 ** 20).toFixed(2)} -> ${(bytes.length / 2 ** 20).toFixed(2)} MiB\n` +
      `${figures('float32', verdict.float)}\n${figures(to.padEnd(7), verdict.int8)}\n  measured against the ${verdict.against} of ${options.data}; |dz| between the two at most ${largest.toExponential(1)}\n`,
  );
  if (!verdict.accepted) {
    throw new HarnessError(
      'quantization-refused',
      `bias or sigma_NMAD moves by more than ${options.tolerance}: nothing was written`,
      {
        exitCode: ExitCode.expectationFailed,
        location: { file },
        remedy: 'keep the float32 model, or state with --tolerance how much may be lost',
      },
    );
  }
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(`${options.out}.tmp`, bytes);
  await rename(`${options.out}.tmp`, options.out);
  process.stdout.write(`wrote ${options.out}\n`);
}
