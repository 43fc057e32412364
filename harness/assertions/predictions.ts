import { z } from 'zod';
import { boundSchema, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { qualityFigures, qualityOf, qualityUnit, qualityValue } from '../metrics/prediction-quality.ts';
import { formatQuantity } from '../metrics/quantity.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';

/** Predicted redshifts: finite, as many as samples, and good against the truth. */
export const predictions = defineAssertion({
  name: 'predictions',
  schema: z.strictObject({
    /** Every prediction is a finite number, and there is one per sample. */
    finite: z.boolean().optional(),
    MAE: boundSchema.optional(),
    bias: boundSchema.optional(),
    sigmaNMAD: boundSchema.optional(),
    outlierFraction: boundSchema.optional(),
    R2: boundSchema.optional(),
  }),
  evaluate(expected, evidence) {
    const verdicts = expected.finite ? [finite(evidence)] : [];
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
        evidence: evidenceFiles.predictions,
        ...(bound.soft ? { soft: true } : {}),
      });
    }
    return verdicts;
  },
});

function finite(evidence: Evidence): Verdict {
  const { predictions: tables, results } = evidence.record;
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
    evidence: evidenceFiles.predictions,
  };
}
