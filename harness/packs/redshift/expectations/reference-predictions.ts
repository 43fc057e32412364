/**
 * `expect.predictions.reference`: every predicted redshift equals that of a file kept beside the scenario, within a
 * tolerance. The file is JSON, `{partition: [redshift of sample 0, of sample 1, ...]}`; `--update` writes it.
 */
import { z } from 'zod';
import { evidenceFile, type Verdict } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import type { Evidence } from '../../../metrics/evidence.ts';
import type { PredictionsRecord } from '../evidence/results.ts';
import { PREDICTIONS, predictionsOf } from '../evidence/results.ts';

/** Runtimes and processors differ in the last bits of float32; what a model has learned differs in more. */
const DEFAULT_TOLERANCE = 1e-6;

export const referenceSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe('JSON file of redshifts by partition, relative to the scenario; `--update` writes it'),
  tolerance: z
    .number()
    .nonnegative()
    .default(DEFAULT_TOLERANCE)
    .describe('largest difference of a redshift that is borne, absolute'),
});
type Reference = z.output<typeof referenceSchema>;

/** Redshifts by partition, in the order of the samples; null where a sample has none that is finite. */
const fileSchema = z.record(z.string(), z.array(z.number().nullable()));
type Redshifts = z.output<typeof fileSchema>;

export function judgeReference({ file, tolerance }: Reference, { record, references }: Evidence): Verdict {
  const found = redshiftsOf(predictionsOf(record));
  const count = samplesIn(found);
  const verdict = (outcome: Verdict['outcome'], actual: string): Verdict => ({
    name: 'predictions equal the reference',
    outcome,
    expected: `as in ${file}, within ${tolerance}`,
    actual,
    path: ['reference'],
    evidence: evidenceFile(PREDICTIONS),
  });
  if (!references) return verdict('not judged', 'files of the scenario are not read here');
  if (references.update) {
    if (count === 0) return verdict('failed', 'there are no predictions to write');
    references.write(file, renderReference(found));
    return verdict('passed', `the reference was written anew, ${count} samples`);
  }
  const text = references.read(file);
  if (text === undefined) {
    return verdict('failed', 'the reference does not exist; run with --update to write it');
  }
  const problems = compare(parseReference(file, text), found, tolerance);
  if (problems.length > 0) return verdict('failed', problems.join('; '));
  return verdict('passed', `equal in ${count} samples`);
}

/** A line per partition, so that a change of one is a change of one line. */
function renderReference(redshifts: Redshifts): string {
  const lines = Object.keys(redshifts)
    .sort()
    .map((partition) => `  ${JSON.stringify(partition)}: ${JSON.stringify(redshifts[partition])}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function parseReference(file: string, text: string): Redshifts {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HarnessError(
      'reference-unreadable',
      `The reference ${file} is no JSON of redshifts by partition.`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file },
        remedy: 'Delete it and run with --update to write it anew.',
        cause: cause as Error,
      },
    );
  }
}

function redshiftsOf(tables: readonly PredictionsRecord[]): Redshifts {
  const redshifts: Redshifts = {};
  for (const { dataPath, sample, zPred } of tables) {
    for (const [row, value] of zPred.entries()) {
      const partition = dataPath[row]!;
      const values = redshifts[partition] ?? [];
      redshifts[partition] = values;
      values[sample[row]!] = Number.isFinite(value) ? value : null;
    }
  }
  // Samples that were passed over are holes, which JSON has not.
  return Object.fromEntries(
    Object.entries(redshifts).map(([partition, values]) => [
      partition,
      Array.from(values, (one) => one ?? null),
    ]),
  );
}

const samplesIn = (redshifts: Redshifts) =>
  Object.values(redshifts).reduce((sum, values) => sum + values.filter((one) => one !== null).length, 0);

/** Sentences on what differs; the worst sample by name. */
function compare(wanted: Redshifts, found: Redshifts, tolerance: number): string[] {
  const lost = Object.keys(wanted).filter((partition) => !found[partition]);
  const foreign = Object.keys(found).filter((partition) => !wanted[partition]);
  const lengths: string[] = [];
  const beyond: { at: string; by: number; wanted: number | null; found: number | null }[] = [];
  let compared = 0;
  for (const [partition, values] of Object.entries(wanted)) {
    const own = found[partition];
    if (!own) continue;
    if (own.length !== values.length) {
      lengths.push(`${partition} has ${own.length} samples instead of ${values.length}`);
    }
    for (let sample = 0; sample < Math.min(own.length, values.length); sample++) {
      compared++;
      const [want, have] = [values[sample]!, own[sample]!];
      // A redshift that is not finite equals none.
      const by = want === null || have === null ? Number.POSITIVE_INFINITY : Math.abs(have - want);
      if (!(by <= tolerance))
        beyond.push({ at: `${partition} sample ${sample}`, by, wanted: want, found: have });
    }
  }
  const worst = beyond.reduce((a, b) => (b.by > a.by ? b : a), beyond[0]!);
  return [
    ...(beyond.length === 0
      ? []
      : [
          `${beyond.length} of ${compared} samples differ, the worst is ${worst.at}: ${show(worst.found)} instead of ${show(worst.wanted)}${Number.isFinite(worst.by) ? `, off by ${worst.by.toPrecision(3)}` : ''}`,
        ]),
    ...(lengths.length === 0 ? [] : [showList(lengths, 3)]),
    ...(lost.length === 0 ? [] : [`no predictions of ${showList(lost, 3)}`]),
    ...(foreign.length === 0 ? [] : [`not in the reference: ${showList(foreign, 3)}`]),
  ];
}

const show = (redshift: number | null) => (redshift === null ? 'none' : String(redshift));
