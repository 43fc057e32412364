import { CommandExit } from '../../../cli/command.ts';
import { INTERRUPTED, untilInterrupted } from '../../../cli/interruption.ts';
import { startProgressLine } from '../../../cli/progress-line.ts';
import type { PartitionFormat } from '../data/dataset.ts';
import { generateDataset } from '../data/generate.ts';
import type { SurveyEffect } from '../data/survey/effects.ts';

/** Options of `data generate` as commander hands them over. */
export interface GenerateOptions {
  partitionMb: '25' | '50' | '75' | '100';
  count: number;
  format: PartitionFormat;
  seed: number;
  out: string;
  like?: 'original';
  effects: readonly SurveyEffect[];
}

/** Writes the partitions, with progress, and says where they are. */
export async function generateData(options: GenerateOptions): Promise<void> {
  const interruption = untilInterrupted();
  const progress = startProgressLine('generating', options.count);
  try {
    const written = await generateDataset(
      {
        seed: options.seed,
        partitionMB: Number(options.partitionMb) as 25 | 50 | 75 | 100,
        count: options.count,
        format: options.format,
        effects: options.effects,
        ...(options.like && { like: options.like }),
        outDir: options.out,
        signal: interruption.abort,
      },
      ({ files, samples, sampleCount }) =>
        progress.update(samples / sampleCount, `${files}/${options.count} files`),
    );
    progress.stop();
    const samples = written.reduce((total, one) => total + one.samples, 0);
    const sizeMB = written.reduce((total, one) => total + one.sizeBytes, 0) / 1024 ** 2;
    process.stdout.write(
      `${written.length} partitions, ${samples} samples, ${sizeMB.toFixed(1)} MB in ${options.out}\n`,
    );
  } catch (error) {
    progress.stop();
    if (interruption.abort.aborted) throw new CommandExit(INTERRUPTED);
    throw error;
  }
}
