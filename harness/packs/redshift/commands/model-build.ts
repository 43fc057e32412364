import { dirname } from 'node:path';
import { buildAstromae } from '../model/build-astromae.ts';
import { describeSizes } from './model-import.ts';

export interface BuildModelOptions {
  seed: number;
  out: string;
  python: string;
  keepCheckpoint: boolean;
  small: boolean;
}

/** Builds the network and says how to use it. */
export async function buildModel(options: BuildModelOptions): Promise<void> {
  const built = await buildAstromae({
    seed: options.seed,
    folder: options.out,
    keepCheckpoint: options.keepCheckpoint,
    small: options.small,
    python: options.python,
    onStage: (stage) => process.stderr.write(`${stage}\n`),
  });
  process.stdout.write(
    `${describeSizes(built)}\n` +
      `  |dz| between PyTorch and onnxruntime at most ${built.maxDifference.toExponential(1)} on ${built.checkedSamples} galaxies\n` +
      `wrote ${built.file}; use it in a scenario with\n  deploy: { model: ${dirname(built.file)} }   # relative to the scenario\n`,
  );
}
