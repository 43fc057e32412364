import { z } from 'zod';
import { defineAssertion, type Verdict } from '../../../assertions/assertion.ts';
import { comparedWith, comparisonVerdict, showValues, valuesOf } from '../../../assertions/comparison.ts';
import {
  describeInterval,
  describeTolerance,
  isBeyond,
  type Tolerance,
  toleranceSchema,
} from '../../../assertions/tolerance.ts';
import { seededRandom } from '../../../core/random.ts';
import { medianInterval, medianRatio } from '../../../metrics/bootstrap.ts';
import type { Evidence } from '../../../metrics/evidence.ts';
import { resolveExpression, unitFor } from '../../../metrics/index.ts';
import { formatQuantity } from '../../../metrics/quantity.ts';
import { partitionMBOf } from '../evidence/results.ts';
import { type PublishedRun, publishedFigures, publishedRunsNear } from '../published/aws-runs.ts';

const GB = 1024 ** 3;

const names = publishedFigures.map(({ expression }) => expression) as [string, ...string[]];

/**
 * Figures of the run beside those that the pipeline's authors published of AWS, for the same partition size and
 * the nearest data size; the medians are compared, with the spread of both sides.
 */
export const published = defineAssertion({
  name: 'published',
  schema: z.strictObject({
    partitionMB: z
      .literal([25, 50, 75, 100])
      .optional()
      .describe("partition size of the published rows; the dataset's own when left out"),
    dataGB: z
      .number()
      .positive()
      .optional()
      .describe("data size of the published rows, the nearest is taken; the dataset's own when left out"),
    compare: z
      .partialRecord(z.enum(names), toleranceSchema)
      .meta({ keys: 'METRIC' })
      .refine((compared) => Object.keys(compared).length > 0, { message: 'there is nothing to compare' })
      .describe(
        `per published figure how much more (\`rise\`) or less (\`fall\`) is borne: ${names.map((name) => `\`${name}\``).join(', ')}`,
      ),
  }),
  evaluate({ partitionMB, dataGB, compare }, evidence) {
    const { dataset } = evidence.record;
    const size = partitionMB ?? partitionMBOf(dataset);
    const bytes = (dataset?.partitions ?? []).reduce((total, one) => total + one.sizeBytes, 0);
    const runs = size === undefined ? [] : publishedRunsNear(size, dataGB ?? bytes / GB);
    return Object.entries(compare).map(([text, tolerance]) => judge(text, tolerance!, runs, evidence));
  },
});

function judge(
  text: string,
  tolerance: Tolerance,
  runs: readonly PublishedRun[],
  evidence: Evidence,
): Verdict {
  const figure = publishedFigures.find(({ expression }) => expression === text)!;
  const rows = figure.values(runs);
  const random = seededRandom(text);
  const unit = unitFor(resolveExpression(text, evidence.record.pack), evidence.record);
  const first = runs[0];
  const reference =
    first === undefined || rows.length === 0
      ? 'the published figure'
      : `the published ${formatQuantity(medianInterval(rows, random).median, unit)} (${first.partitionMB} MB, ${first.dataGB} GB; ${figure.source})`;
  const verdict = comparisonVerdict(
    `${text} against the published runs`,
    text,
    tolerance,
    describeTolerance(tolerance, reference),
    evidence.record,
  );
  const found = valuesOf(text, evidence);
  if ('waits' in found) return verdict('not judged', found.waits, { follows: true });
  if (rows.length === 0) return verdict('not judged', 'nothing was published for this partition size');
  if (found.values.length === 0) return verdict('not judged', 'the run gave no evidence for it');
  const ratio = medianRatio(found.values, rows, random);
  const interval = `${describeInterval(ratio)} of ${rows.length} published values`;
  const { record } = evidence;
  return verdict(
    isBeyond(tolerance, ratio) ? 'failed' : 'passed',
    `${showValues(text, found.values, record)}, ${interval}`,
    comparedWith(
      'published',
      text,
      { values: found.values, referenceValues: rows, record },
      ratio,
      tolerance,
    ),
  );
}
