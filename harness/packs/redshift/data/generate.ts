/**
 * Makes partitions of the synthetic survey as files. A file appears under its name only when it is complete;
 * an interrupted or killed run leaves at most a hidden `.partial` file, which the next run removes.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import type { ByteSink } from './byte-sink.ts';
import {
  type DatasetOptions,
  type DatasetProgress,
  LAST_SAMPLES_OF_ORIGINAL,
  type PartitionFormat,
  type PartitionMB,
  type PartitionOptions,
  SAMPLES_OF_PARTITION_MB,
  type WrittenPartition,
} from './dataset.ts';
import type { WritePartition } from './partition-writer.ts';
import type { OnChunk } from './sample-stream.ts';
import { openSurvey } from './survey/survey.ts';
import { writeFits } from './write-fits.ts';
import { writeHdf5 } from './write-hdf5.ts';
import { writeJson } from './write-json.ts';
import { writeNpy } from './write-npy.ts';
import { writeNpz } from './write-npz.ts';
import { writeParquet } from './write-parquet.ts';
import { writePt } from './write-pt.ts';
import { writeSafetensors } from './write-safetensors.ts';

const WRITERS: Readonly<Record<PartitionFormat, WritePartition>> = {
  pt: writePt,
  json: writeJson,
  safetensors: writeSafetensors,
  npy: writeNpy,
  npz: writeNpz,
  fits: writeFits,
  parquet: writeParquet,
  hdf5: writeHdf5,
};

/** Images of 200,000 samples come close to the 4 GiB a zip without zip64 can hold. */
const MAX_SAMPLES = 200_000;

const wrong = (message: string, remedy: string) =>
  new HarnessError('data-options', message, { exitCode: ExitCode.inputWrong, remedy });

function checkedInteger(value: number, what: string, from: number, to: number): number {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  throw wrong(`${what} is ${value}.`, `Give a whole number from ${from} to ${to}.`);
}

/** Samples of a partition from its published size or a count. @throws HarnessError when neither or both are given. */
export function samplesOf(options: { samples?: number; partitionMB?: number }): number {
  const { samples, partitionMB } = options;
  if ((samples === undefined) === (partitionMB === undefined)) {
    throw wrong(
      'The size of a partition is not clear.',
      'Give its samples or its size in MB, one of the two.',
    );
  }
  if (samples !== undefined) return checkedInteger(samples, 'The number of samples', 1, MAX_SAMPLES);
  const known = SAMPLES_OF_PARTITION_MB[partitionMB as PartitionMB];
  if (known === undefined) {
    const sizes = Object.keys(SAMPLES_OF_PARTITION_MB).join(', ');
    throw wrong(`There is no partition of ${partitionMB} MB.`, `Choose one of ${sizes} MB.`);
  }
  return known;
}

/**
 * Writes one partition to `sink`, front to back; memory does not grow with its size.
 * @returns its samples and bytes. @throws HarnessError for wrong options, and whatever the sink or `onChunk` throws.
 */
export async function generatePartition(
  options: PartitionOptions,
  sink: ByteSink,
  onChunk: OnChunk = () => {},
): Promise<{ samples: number; sizeBytes: number }> {
  const samples = samplesOf(options);
  const seed = checkedInteger(options.seed, 'The seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const index = checkedInteger(options.index ?? 0, 'The index of the partition', 0, 1_000_000);
  const survey = openSurvey(seed, options.effects);
  let sizeBytes = 0;
  const counted: ByteSink = {
    write(bytes) {
      sizeBytes += bytes.length;
      return sink.write(bytes);
    },
  };
  const first = options.first ?? index * samples;
  const { float64Magnitudes = false } = options;
  if (float64Magnitudes && options.format !== 'pt') {
    throw wrong(
      `Partitions like the original's are .pt files, not .${options.format}.`,
      'Give the format pt.',
    );
  }
  await WRITERS[options.format]({ survey, seed, first, samples, float64Magnitudes, sink: counted, onChunk });
  return { samples, sizeBytes };
}

/** Writes one partition as the file `path`, which appears when it is complete. */
export async function generatePartitionFile(
  options: PartitionOptions & { signal?: AbortSignal },
  path: string,
  onChunk: OnChunk = () => {},
): Promise<WrittenPartition> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const handle = await open(partial, 'w');
  try {
    const sink: ByteSink = {
      async write(bytes) {
        for (let written = 0; written < bytes.length; ) {
          written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
        }
      },
    };
    const { samples, sizeBytes } = await generatePartition(options, sink, (done, size) => {
      options.signal?.throwIfAborted();
      onChunk(done, size);
    });
    await handle.close();
    await rename(partial, path);
    return { path, samples, sizeBytes };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Writes `count` partitions `1.pt`, `2.pt`, ... (named after the format) into `outDir`, consecutive cuts of one survey.
 * @throws HarnessError for wrong options; the signal's reason when it is aborted.
 */
export async function generateDataset(
  options: DatasetOptions,
  onProgress: (progress: DatasetProgress) => void = () => {},
): Promise<WrittenPartition[]> {
  const samples = samplesOf(options);
  const count = checkedInteger(options.count, 'The number of files', 1, 100_000);
  const lastSamples = lastSamplesOf(options, samples);
  const sampleCount = (count - 1) * samples + lastSamples;
  await mkdir(options.outDir, { recursive: true });
  await removeOrphans(options.outDir);
  const written: WrittenPartition[] = [];
  let doneBytes = 0;
  for (let index = 0; index < count; index++) {
    const report = (samplesDone: number, sizeBytes: number, files: number) =>
      onProgress({
        files,
        fileCount: count,
        samples: index * samples + samplesDone,
        sampleCount,
        sizeBytes: doneBytes + sizeBytes,
      });
    const { seed, format, effects = [], like, signal } = options;
    const isShort = like === 'original' && index === count - 1;
    const path = join(options.outDir, `${index + 1}.${format}`);
    const file = await generatePartitionFile(
      {
        seed,
        samples: isShort ? lastSamples : samples,
        first: index * samples,
        format,
        effects,
        float64Magnitudes: like === 'original',
        ...(signal && { signal }),
      },
      path,
      (done, sizeBytes) => report(done, sizeBytes, index),
    );
    written.push(file);
    report(file.samples, file.sizeBytes, index + 1);
    doneBytes += file.sizeBytes;
  }
  return written;
}

/** Samples of the last partition. @throws HarnessError for a size that the original does not have. */
function lastSamplesOf({ like, partitionMB }: DatasetOptions, samples: number): number {
  if (like === undefined) return samples;
  if (partitionMB === undefined) {
    throw wrong("Data like the original's have partitions of 25, 50, 75 or 100 MB.", 'Give the size in MB.');
  }
  return LAST_SAMPLES_OF_ORIGINAL[partitionMB];
}

/** Removes unfinished files of runs that are no more. */
async function removeOrphans(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.\d+\.[a-z]+\.(\d+)\.partial$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
