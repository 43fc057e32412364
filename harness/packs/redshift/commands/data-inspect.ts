import Table from 'cli-table3';
import { summarizePartition } from './describe-partition.ts';

/** Prints what partitions hold. */
export async function inspectData(files: readonly string[]): Promise<void> {
  const table = new Table({
    head: ['file', 'format', 'samples', 'MB', 'pixels', 'magnitudes', 'redshifts'],
    style: { head: [], border: [] },
  });
  for (const file of files) {
    const { format, samples, sizeBytes, pixels, magnitudes, redshifts } = await summarizePartition(file);
    table.push([
      file,
      format,
      samples,
      (sizeBytes / 1024 ** 2).toFixed(1),
      range(pixels, 2),
      range(magnitudes, 2),
      redshifts ? `${range(redshifts, 3)}, mean ${redshifts.mean.toFixed(3)}` : 'none',
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

const range = ({ min, max }: { min: number; max: number }, decimals: number) =>
  `${min.toFixed(decimals)} to ${max.toFixed(decimals)}`;
