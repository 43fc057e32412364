import { z } from 'zod';
import { defineAssertion, evidenceFile, type Verdict } from '../../../assertions/assertion.ts';
import { boundSchema, describeBound, keeps } from '../../../metrics/bound.ts';
import type { Evidence } from '../../../metrics/evidence.ts';
import { formatQuantity } from '../../../metrics/quantity.ts';
import { PREDICTIONS, predictionsOf, resultsOf } from '../evidence/results.ts';
import { qualityFigures, qualityOf, qualityUnit, qualityValue } from '../metrics/prediction-quality.ts';
import { judgeReference, referenceSchema } from './reference-predictions.ts';

/** Predicted redshifts: finite, as many as samples, good against the truth, equal to a reference. */
export const predictions = defineAssertion({
  name: 'predictions',
  schema: z.strictObject({
    finite: z
      .boolean()
      .optional()
      .describe('`true`: every prediction is a finite number, and there is one per sample'),
    MAE: boundSchema.optional().describe('mean of |z_pred - z_true|'),
    bias: boundSchema.optional().describe('mean of dz = (z_pred - z_true) / (1 + z_true)'),
    sigmaNMAD: boundSchema.optional().describe('1.4826 x median of |dz - median(dz)|'),
    outlierFraction: boundSchema.optional().describe('share of |dz| > 0.15, in %'),
    R2: boundSchema.optional().describe('coefficient of determination'),
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
    for (const figure of qualityFigures) {
      const bound = expected[figure];
      if (!bound) continue;
      const unit = qualityUnit(figure);
      const value = qualityValue(quality, figure);
      const judged = quality.count > 0;
      verdicts.push({
        name: `predictions ${figure}`,
        outcome: judged && keeps(bound, value, unit) ? 'passed' : 'failed',
        expected: describeBound(bound, unit),
        actual: judged
          ? `${formatQuantity(value, unit)} over ${quality.count} samples`
          : 'no predictions with a known redshift',
        path: [figure],
        evidence: evidenceFile(PREDICTIONS),
        ...(bound.soft ? { soft: true } : {}),
      });
    }
    return verdicts;
  },
});

function finite(evidence: Evidence): Verdict {
  const tables = predictionsOf(evidence.record);
  const results = resultsOf(evidence.record);
  const bad = tables.flatMap((table) =>
    table.zPred.flatMap((value, index) =>
      Number.isFinite(value) ? [] : [`${table.dataPath[index]} sample ${table.sample[index]}: ${value}`],
    ),
  );
  const count = tables.reduce((total, table) => total + table.zPred.length, 0);
  const samples = results.reduce((total, result) => total + Number(result['total_samples'] ?? 0), 0);
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
