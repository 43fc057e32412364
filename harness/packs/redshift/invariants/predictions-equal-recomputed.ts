import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { PREDICTIONS, predictionsOf, resultsOf } from '../evidence/results.ts';
import type { Mixture } from '../metrics/mixture.ts';
import { recomputedOf, truthOf } from '../verification/truth.ts';

/** The same runtime on the same machine differs in the last bits of float32 only; other processors in some more. */
const TOLERANCE_HERE = 1e-4;
const TOLERANCE_ELSEWHERE = 5e-3;

/**
 * Predictions of a fixed, seeded sample equal those that the harness made itself from the partitions with the deployed
 * model, before the run. No redshift may be other than a finite number.
 */
export const predictionsEqualRecomputed: Invariant = {
  name: 'predictions equal those recomputed by the harness',
  evaluate({ record }) {
    const recomputed = recomputedOf(record);
    const tables = predictionsOf(record);
    if (!recomputed || tables.length === 0) return [];
    const tolerance = record.backend.name === 'aws' ? TOLERANCE_ELSEWHERE : TOLERANCE_HERE;
    const { compared, wrong } = compare(record, tolerance);
    const cost = `${recomputed.samples} samples recomputed in ${(recomputed.durationMs / 1000).toFixed(2)} s`;
    return [
      {
        name: predictionsEqualRecomputed.name,
        outcome: wrong.length === 0 && compared > 0 ? 'passed' : 'failed',
        expected: `as ${recomputed.model} predicts, within ${tolerance}`,
        actual:
          wrong.length > 0
            ? `${wrong.length} differ: ${showList(wrong, 3)}; ${cost}`
            : compared === 0
              ? `no recomputed sample has a prediction; ${cost}`
              : `equal in ${compared} samples; ${cost}`,
        path: [],
        evidence: evidenceFile(PREDICTIONS),
      },
    ];
  },
};

interface ReferenceSample {
  zPred: number;
  mixture: number[] | undefined;
}

/** Redshifts and distributions of the recomputed samples. A result says which form of the model its function ran. */
function compare(record: RunRecord, tolerance: number): { compared: number; wrong: string[] } {
  const precisions = new Map(resultsOf(record).map((result) => [result['rank'], result['precision']]));
  const references = { float32: referencesBy(record, 'float32'), int8: referencesBy(record, 'int8') };
  const wrong: string[] = [];
  let compared = 0;
  for (const { rank, dataPath, sample, zPred, mixtures } of predictionsOf(record)) {
    const form = precisions.get(rank) === 'int8' ? references.int8 : references.float32;
    for (const [row, found] of zPred.entries()) {
      const wanted = form.get(dataPath[row]!)?.get(sample[row]!);
      const at = `${dataPath[row]} sample ${sample[row]}`;
      if (wanted === undefined) {
        if (!Number.isFinite(found)) wrong.push(`${at} is ${found}`);
        continue;
      }
      compared++;
      if (!(Math.abs(found - wanted.zPred) <= tolerance)) {
        wrong.push(`${at} is ${found} instead of ${wanted.zPred}`);
      } else if (wanted.mixture && mixtures && !isSameMixture(mixtures[row], wanted.mixture, tolerance)) {
        wrong.push(`${at} has another distribution`);
      }
    }
  }
  return { compared, wrong };
}

function referencesBy(
  record: RunRecord,
  form: 'float32' | 'int8',
): Map<string, ReadonlyMap<number, ReferenceSample>> {
  return new Map(
    truthOf(record).map(({ key, reference }) => {
      // An int8 form that is alone is the model itself.
      const predicted = reference?.[form] ?? reference?.float32;
      const samples = (reference?.sample ?? []).map((sample, index): [number, ReferenceSample] => [
        sample,
        { zPred: predicted!.zPred[index]!, mixture: predicted!.mixtures?.[index] },
      ]);
      return [key, new Map(samples)];
    }),
  );
}

function isSameMixture(found: Mixture | undefined, wanted: readonly number[], tolerance: number): boolean {
  if (!found) return false;
  const values = [...found.weights, ...found.means, ...found.sigmas];
  return (
    values.length === wanted.length &&
    values.every((value, index) => Math.abs(value - wanted[index]!) <= tolerance)
  );
}
