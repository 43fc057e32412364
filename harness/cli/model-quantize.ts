import { readFile, rename, writeFile } from 'node:fs/promises';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { readOnnxFile } from '../model/inspect-model.ts';
import { renderModel } from '../model/onnx/schema.ts';
import { predictSamples } from '../model/predict-samples.ts';
import { judgeQuantized, type Quality, quantizeModel } from '../model/quantize.ts';

export interface QuantizeModelOptions {
  data: string;
  out: string;
  tolerance: number;
}

/** Quantises a model and writes it if its redshifts are as good as before; exit code 1 and no file when not. */
export async function quantizeModelFile(file: string, options: QuantizeModelOptions): Promise<void> {
  const { model, layers, weights } = quantizeModel(await readOnnxFile(file), file);
  const bytes = renderModel(model);
  const verdict = judgeQuantized(
    await predictSamples(file, options.data),
    await predictSamples(bytes, options.data),
    options.tolerance,
  );
  const figures = (name: string, { bias, sigmaNmad }: Quality) =>
    `  ${name}  bias ${bias.toFixed(6)}  sigma_NMAD ${sigmaNmad.toFixed(6)}`;
  const before = (await readFile(file)).length;
  process.stdout.write(
    `${layers} linear layers with ${weights.toLocaleString('en')} weights are int8: ` +
      `${(before / 2 ** 20).toFixed(2)} -> ${(bytes.length / 2 ** 20).toFixed(2)} MiB\n` +
      `${figures('float32', verdict.float)}\n${figures('int8   ', verdict.int8)}\n  measured against the ${verdict.against} of ${options.data}\n`,
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
  await writeFile(`${options.out}.tmp`, bytes);
  await rename(`${options.out}.tmp`, options.out);
  process.stdout.write(`wrote ${options.out}\n`);
}
