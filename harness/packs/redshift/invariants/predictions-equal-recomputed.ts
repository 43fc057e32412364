import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { PREDICTIONS, predictionsOf } from '../evidence/results.ts';
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

function compare(record: RunRecord, tolerance: number): { compared: number; wrong: string[] } {
  const references = new Map(
    truthOf(record).map(({ key, reference }) => [
      key,
      new Map(reference?.sample.map((sample, index) => [sample, reference.zPred[index]!])),
    ]),
  );
  const wrong: string[] = [];
  let compared = 0;
  for (const { dataPath, sample, zPred } of predictionsOf(record)) {
    for (const [row, found] of zPred.entries()) {
      const wanted = references.get(dataPath[row]!)?.get(sample[row]!);
      const at = `${dataPath[row]} sample ${sample[row]}`;
      if (wanted === undefined) {
        if (!Number.isFinite(found)) wrong.push(`${at} is ${found}`);
        continue;
      }
      compared++;
      if (!(Math.abs(found - wanted) <= tolerance)) wrong.push(`${at} is ${found} instead of ${wanted}`);
    }
  }
  return { compared, wrong };
}
