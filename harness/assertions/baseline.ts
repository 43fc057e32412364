import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { medianRatio } from '../metrics/bootstrap.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { evaluateExpression, resolveExpression } from '../metrics/index.ts';
import { formatQuantity, parseQuantity } from '../metrics/quantity.ts';
import { ExpressionError } from '../metrics/threshold.ts';
import type { RunRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';

const share = z.string().superRefine((text, context) => {
  const parsed = parseQuantity(text);
  if (parsed?.unit === '%' && parsed.value >= 0) return;
  context.addIssue({ code: 'custom', message: `"${text}" is no share such as "10 %"` });
});

const expression = z.string().superRefine((text, context) => {
  try {
    resolveExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

/** Values by place and metric expression, oldest first. */
const fileSchema = z.record(z.string(), z.record(z.string(), z.array(z.number())));
type BaselineFile = z.output<typeof fileSchema>;

/** Values kept per metric: enough for an interval, few enough to follow the code. */
const MOST_VALUES = 20;

/**
 * Metrics that must not have become worse than a baseline kept beside the scenario. `--update` adds the run's
 * values to it. The baseline's own spread counts: a run fails when even the lower end of the 95 % interval of the
 * ratio lies beyond the tolerance. Kept per backend, clock and machine; never compared across.
 */
export const baseline = defineAssertion({
  name: 'baseline',
  schema: z.strictObject({
    /** JSON file, relative to the scenario. */
    file: z.string().min(1),
    /** Per metric expression how much more (`rise`) or less (`fall`) is borne. */
    compare: z.record(
      expression,
      z
        .strictObject({ rise: share.optional(), fall: share.optional() })
        .refine(({ rise, fall }) => rise !== undefined || fall !== undefined, {
          message: 'a comparison needs "rise" or "fall"',
        }),
    ),
  }),
  evaluate({ file, compare }, evidence) {
    const { references, record } = evidence;
    const place = placeOf(record);
    const kept = parseBaseline(file, references?.read(file));
    const verdicts = Object.entries(compare).map(([text, tolerance]): Verdict => {
      const resolved = resolveExpression(text);
      const { unit } = resolved;
      const value = evaluateExpression(resolved, record);
      const values = kept[place]?.[text] ?? [];
      const verdict = (outcome: Verdict['outcome'], expected: string, actual: string): Verdict => ({
        name: `${text} against its baseline`,
        outcome,
        expected,
        actual,
        path: ['compare', text],
        evidence: evidenceFiles.record,
        ...(resolved.definition.needs ? { needs: resolved.definition.needs } : {}),
      });
      const bounds = describe(tolerance);
      if (value === undefined) return verdict('not judged', bounds, 'the run gave no evidence for it');
      const shown = formatQuantity(value, unit);
      if (references?.update) return verdict('passed', bounds, `${shown} was added to the baseline`);
      if (values.length === 0) {
        return verdict(
          'not judged',
          bounds,
          `${file} has no values of ${place}; run with --update to add them`,
        );
      }
      const ratio = medianRatio([value], values, seededRandom(text));
      const worse = ratio.low > 1 + shareOf(tolerance.rise) || ratio.high < 1 - shareOf(tolerance.fall);
      const interval = `${percent(ratio.low)} to ${percent(ratio.high)} of ${values.length} earlier runs`;
      return verdict(worse ? 'failed' : 'passed', bounds, `${shown}, ${interval}`);
    });
    if (references?.update)
      references.write(
        file,
        `${JSON.stringify(extended(kept, place, Object.keys(compare), evidence), null, 2)}\n`,
      );
    return verdicts;
  },
});

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

function placeOf({ backend, clock, host, parameters }: RunRecord): string {
  const cell = Object.entries(parameters).map(([axis, value]) => `${axis}=${value}`);
  return [backend.name, clock, `${host.cpus} x ${host.cpuModel.trim()}`, ...cell].join(' / ');
}

function extended(
  kept: BaselineFile,
  place: string,
  expressions: readonly string[],
  { record }: Evidence,
): BaselineFile {
  const metrics = { ...kept[place] };
  for (const text of expressions) {
    const value = evaluateExpression(resolveExpression(text), record);
    if (value !== undefined) metrics[text] = [...(metrics[text] ?? []), value].slice(-MOST_VALUES);
  }
  return { ...kept, [place]: metrics };
}

/** A tolerance as a ratio; without one anything is borne. */
const shareOf = (text: string | undefined) =>
  text === undefined ? Number.POSITIVE_INFINITY : parseQuantity(text)!.value;

const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`;

function describe({ rise, fall }: { rise?: string | undefined; fall?: string | undefined }): string {
  const parts = [
    rise === undefined ? '' : `at most ${rise} more`,
    fall === undefined ? '' : `at most ${fall} less`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')} than the baseline`;
}
