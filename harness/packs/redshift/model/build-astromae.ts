/**
 * Builds AstroMAE at full size: PyTorch writes a seeded checkpoint (`astromae.py` in this folder), which is imported
 * like every checkpoint; the predictions of PyTorch and onnxruntime for some galaxies are compared.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { packageRoot } from '../../../core/package-root.ts';
import { generatePartition } from '../data/generate.ts';
import { type ImportedModel, importCheckpoint } from './import-checkpoint.ts';
import { predictSamples } from './predict-samples.ts';

const PIP = 'pip install torch==2.13.0';
/** Galaxies on which the build is checked. */
const CHECKED_SAMPLES = 64;
/** Largest difference in z between PyTorch and onnxruntime that a build passes. */
const TOLERANCE = 2e-7;

export interface BuildOptions {
  seed: number;
  /** Folder for model.onnx; made when absent. */
  folder: string;
  /** Also keep the checkpoint, as astromae.pt. */
  keepCheckpoint: boolean;
  /** Few and narrow layers, for tests. */
  small?: boolean;
  python?: string;
  onStage?: (stage: string) => void;
}

export interface BuiltModel extends ImportedModel {
  file: string;
  /** Largest |dz| between PyTorch and onnxruntime on the checked samples. */
  maxDifference: number;
  checkedSamples: number;
}

/** HarnessError, exit code 3, when Python or torch is missing; exit code 1 when the two runtimes disagree. */
export async function buildAstromae(options: BuildOptions): Promise<BuiltModel> {
  const { seed, folder, small = false, python = 'python3', onStage = () => {} } = options;
  await requireTorch(python);
  const work = await mkdtemp(join(tmpdir(), 'cosmicai-model-'));
  try {
    const partition = join(work, 'samples.pt');
    const parts: Uint8Array[] = [];
    await generatePartition(
      { seed, samples: CHECKED_SAMPLES, format: 'pt' },
      { write: async (bytes) => void parts.push(Uint8Array.from(bytes)) },
    );
    await writeFile(partition, Buffer.concat(parts));
    onStage('PyTorch writes the checkpoint');
    const script = join(packageRoot(), 'harness', 'packs', 'redshift', 'model', 'astromae.py');
    const flags = ['--seed', String(seed), '--parity', partition, ...(small ? ['--small'] : [])];
    await run(python, [script, '--out', work, ...flags]);
    onStage('the checkpoint becomes an ONNX graph');
    const checkpoint = join(work, 'astromae.pt');
    const imported = await importCheckpoint(checkpoint);
    onStage('onnxruntime and PyTorch are compared');
    const maxDifference = await compare(imported.bytes, partition, join(work, 'predictions.json'));
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'model.onnx');
    await writeFile(`${file}.tmp`, imported.bytes);
    await rename(`${file}.tmp`, file);
    if (options.keepCheckpoint) await writeFile(join(folder, 'astromae.pt'), await readFile(checkpoint));
    return { ...imported, file, maxDifference, checkedSamples: CHECKED_SAMPLES };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function compare(model: Uint8Array, partition: string, expectedFile: string): Promise<number> {
  const expected = JSON.parse(await readFile(expectedFile, 'utf8')) as number[];
  const { predicted } = await predictSamples(model, partition);
  const difference = expected.reduce((most, z, i) => Math.max(most, Math.abs(z - predicted[i]!)), 0);
  if (predicted.length === expected.length && difference <= TOLERANCE) return difference;
  throw new HarnessError(
    'model-differs',
    `the graph and PyTorch disagree: |dz| up to ${difference}, allowed is ${TOLERANCE}`,
    {
      exitCode: ExitCode.expectationFailed,
      remedy: 'report this with the versions of torch and onnxruntime',
    },
  );
}

async function requireTorch(python: string): Promise<void> {
  try {
    await promisify(execFile)(python, ['-c', 'import torch']);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    const problem =
      code === 'ENOENT'
        ? `${python} is not on the PATH`
        : (stderr.trim().split('\n').at(-1) ?? 'it cannot import torch');
    throw new HarnessError('no-torch', `building AstroMAE needs PyTorch, but ${problem}`, {
      exitCode: ExitCode.environmentFailed,
      remedy: `${PIP} (or name another interpreter with --python)`,
      cause: error,
    });
  }
}

async function run(command: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const last = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new HarnessError('torch-failed', `PyTorch failed: ${last ?? (error as Error).message}`, {
      exitCode: ExitCode.environmentFailed,
      cause: error,
    });
  }
}
