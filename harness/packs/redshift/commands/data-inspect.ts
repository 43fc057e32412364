import Table from 'cli-table3';
import { type Imaging, imagingSchema } from '../../../../lambdas/shared/partition/imaging.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { summarizePartition } from './describe-partition.ts';

/** Prints what partitions hold. `imagingText`: the input's `imaging` as JSON. */
export async function inspectData(files: readonly string[], imagingText?: string): Promise<void> {
  const imaging = imagingText === undefined ? undefined : parseImaging(imagingText);
  const table = new Table({
    head: ['file', 'format', 'samples', 'MB', 'pixels', 'magnitudes', 'redshifts'],
    style: { head: [], border: [] },
  });
  for (const file of files) {
    const { format, samples, sizeBytes, pixels, magnitudes, redshifts } = await summarizePartition(
      file,
      imaging,
    );
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

function parseImaging(text: string): Imaging {
  const wrong = (why: string, cause?: Error) =>
    new HarnessError('imaging', `--imaging is not valid: ${why}`, {
      exitCode: ExitCode.inputWrong,
      remedy:
        'Give JSON such as {"bands": ["g", "r", "i", "z", "y"], "use": ["g", "r", "i", "z", "y"], "crop": true}.',
      ...(cause && { cause }),
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong((error as Error).message, error as Error);
  }
  const parsed = imagingSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '),
  );
}

const range = ({ min, max }: { min: number; max: number }, decimals: number) =>
  `${min.toFixed(decimals)} to ${max.toFixed(decimals)}`;
