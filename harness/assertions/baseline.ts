import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { medianRatio } from '../metrics/bootstrap.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { evaluateExpression, resolveExpression } from '../metrics/index.ts';
import type { RunRecord } from '../record/run-record.ts';
import { defineAssertion, type Verdict } from './assertion.ts';
import { comparedWith, comparisonVerdict, showValues, valuesOf } from './comparison.ts';
import { describeInterval, describeTolerance, isBeyond, toleranceSchema } from './tolerance.ts';

/** Values by place and metric expression, oldest first. */
const fileSchema = z.record(z.string(), z.record(z.string(), z.array(z.number())));
type BaselineFile = z.output<typeof fileSchema>;

/** Values kept per metric: enough for an interval, few enough to follow the code. */
const MOST_VALUES = 20;

const baselineSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe("JSON file, relative to the scenario; `--update` adds the run's values to it"),
  machine: z
    .enum(['same', 'any'])
    .default('same')
    .describe(
      '`any` compares figures that no machine changes (counts, quality of results) wherever they were measured',
    ),
  compare: z
    .record(z.string(), toleranceSchema)
    .meta({ keys: 'METRIC' })
    .describe('per metric expression how much more (`rise`) or less (`fall`) is borne'),
});
type BaselineSpec = z.output<typeof baselineSchema>;

/**
 * Metrics that must not have become worse than a baseline kept beside the scenario. `--update` adds the run's
 * values to it. Both sides' spread counts: with `--repeat` all repeats are judged together, at the last one, and a
 * run fails when even the lower end of the 95 % interval of the ratio of medians lies beyond the tolerance. Kept
 * per backend, clock and machine; never compared across unless `machine: any` says so.
 */
export const baseline = defineAssertion({
  name: 'baseline',
  schema: baselineSchema,
  evaluate(spec, evidence) {
    const { references, record } = evidence;
    const place = placeOf(record, spec.machine);
    const kept = parseBaseline(spec.file, references?.read(spec.file));
    const verdicts = Object.keys(spec.compare).map((text) => judge(text, spec, kept[place] ?? {}, evidence));
    if (references?.update)
      references.write(
        spec.file,
        `${JSON.stringify(extended(kept, place, Object.keys(spec.compare), evidence), null, 2)}\n`,
      );
    return verdicts;
  },
});

function judge(
  text: string,
  { file, machine, compare }: BaselineSpec,
  kept: BaselineFile[string],
  evidence: Evidence,
): Verdict {
  const tolerance = compare[text]!;
  const expected = describeTolerance(tolerance, 'the baseline');
  const verdict = comparisonVerdict(
    `${text} against its baseline`,
    text,
    tolerance,
    expected,
    evidence.record,
  );
  const found = valuesOf(text, evidence);
  if ('waits' in found) return verdict('not judged', found.waits, { follows: true });
  if (found.values.length === 0) return verdict('not judged', 'the run gave no evidence for it');
  const shown = showValues(text, found.values, evidence.record);
  if (evidence.references?.update) return verdict('passed', `${shown} was added to the baseline`);
  const values = kept[text] ?? [];
  if (values.length === 0) {
    const place = placeOf(evidence.record, machine);
    return verdict('not judged', `${file} has no values of ${place}; run with --update to add them`);
  }
  const ratio = medianRatio(found.values, values, seededRandom(text));
  const interval = `${describeInterval(ratio)} of ${values.length} earlier runs`;
  const sides = { values: found.values, referenceValues: values, record: evidence.record };
  return verdict(
    isBeyond(tolerance, ratio) ? 'failed' : 'passed',
    `${shown}, ${interval}`,
    comparedWith('baseline', text, sides, ratio, tolerance),
  );
}

function parseBaseline(file: string, text = '{}'): BaselineFile {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HarnessError('baseline-unreadable', `The baseline ${file} is no JSON of values by metric.`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'Delete it and run with --update to write it anew.',
      cause: cause as Error,
    });
  }
}

function placeOf(
  { backend, clock, host, sideBySide, parameters }: RunRecord,
  machine: BaselineSpec['machine'],
): string {
  const cell = Object.entries(parameters).map(([axis, value]) => `${axis}=${value}`);
  const beside = sideBySide === undefined ? [] : [`${sideBySide} side by side`];
  const measured = [backend.name, clock, `${host.cpus} x ${host.cpuModel.trim()}`, ...beside];
  return [...(machine === 'any' ? ['any machine'] : measured), ...cell].join(' / ');
}

function extended(
  kept: BaselineFile,
  place: string,
  expressions: readonly string[],
  { record }: Evidence,
): BaselineFile {
  const metrics = { ...kept[place] };
  for (const text of expressions) {
    const value = evaluateExpression(resolveExpression(text, record.pack), record);
    if (value !== undefined) metrics[text] = [...(metrics[text] ?? []), value].slice(-MOST_VALUES);
  }
  return { ...kept, [place]: metrics };
}
