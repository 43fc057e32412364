import { z } from 'zod';
import { defineAssertion, evidenceFile, type Verdict } from '../../../assertions/assertion.ts';
import { boundSchema, describeBound, keeps } from '../../../metrics/bound.ts';
import type { Evidence } from '../../../metrics/evidence.ts';
import { formatQuantity } from '../../../metrics/quantity.ts';
import { dataPathsOf, PREDICTIONS, predictionsOf, resultsOf, samplesOf } from '../evidence/results.ts';
import {
  blindSpot,
  type FigureName,
  figureNames,
  figureUnit,
  figureValue,
  judgedCount,
  predictionFigures,
  qualityOf,
} from '../metrics/prediction-figures.ts';
import { judgeReference, referenceSchema } from './reference-predictions.ts';

/** Predicted redshifts: finite, as many as samples, good against the truth, equal to a reference. */
export const predictions = defineAssertion({
  name: 'predictions',
  schema: z.strictObject({
    finite: z
      .boolean()
      .optional()
      .describe('`true`: every prediction is a finite number, and there is one per sample'),
    ...(Object.fromEntries(
      figureNames.map((name) => [name, boundSchema.optional().describe(predictionFigures[name].description)]),
    ) as Record<FigureName, z.ZodOptional<typeof boundSchema>>),
    reference: referenceSchema
      .optional()
      .describe(
        'every redshift equals that of a file, within a tolerance; what differs names the worst sample',
      ),
  }),
  evaluate(expected, evidence) {
    const verdicts = expected.finite ? [finite(evidence)] : [];
    if (expected.reference) verdicts.push(judgeReference(expected.reference, evidence));
    const quality = qualityOf(evidence.record);
    for (const figure of figureNames) {
      const bound = expected[figure];
      if (!bound) continue;
      const unit = figureUnit(figure);
      const count = judgedCount(figure, quality);
      const value = count > 0 ? figureValue(figure, quality) : Number.NaN;
      const warning = blindSpot(figure, quality);
      const missing =
        quality.point.count === 0
          ? 'no predictions with a known redshift'
          : 'the model predicts no distributions (output `mixture`)';
      verdicts.push({
        name: `predictions ${figure}`,
        outcome: count > 0 && keeps(bound, value, unit) ? 'passed' : 'failed',
        expected: describeBound(bound, unit),
        actual:
          count > 0
            ? `${formatQuantity(value, unit)} over ${count} samples${warning ? `; ${warning}` : ''}`
            : missing,
        path: [figure],
        evidence: evidenceFile(PREDICTIONS),
        ...(bound.soft ? { soft: true } : {}),
      });
    }
    return verdicts;
  },
});

function finite({ record }: Evidence): Verdict {
  const tables = predictionsOf(record);
  const results = resultsOf(record);
  const bad = tables.flatMap((table) =>
    table.zPred.flatMap((value, index) =>
      Number.isFinite(value) ? [] : [`${table.dataPath[index]} sample ${table.sample[index]}: ${value}`],
    ),
  );
  const count = tables.reduce((total, table) => total + table.zPred.length, 0);
  const used = new Set(results.flatMap(dataPathsOf));
  // The partitions' own counts, not the results'.
  const samples = (record.dataset?.partitions ?? []).reduce(
    (total, one) => total + (used.has(one.key) ? (samplesOf(one) ?? 0) : 0),
    0,
  );
  const passed = bad.length === 0 && count > 0 && count === samples;
  return {
    name: 'predictions are finite, one per sample',
    outcome: passed ? 'passed' : 'failed',
    expected: `${samples} finite predictions`,
    actual: bad.length === 0 ? `${count} finite predictions` : `${bad.length} not finite, first ${bad[0]}`,
    path: ['finite'],
    evidence: evidenceFile(PREDICTIONS),
  };
}
