import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { dataPathsOf, RESULTS, resultsOf, samplesOf } from '../evidence/results.ts';

/** Of a run that succeeded on all of its data: no sample lost, none counted twice. */
export const samplesSumToDataset: Invariant = {
  name: 'samples of the results = samples of the dataset',
  evaluate({ record }) {
    const partitions = record.dataset?.partitions ?? [];
    const used = new Set(resultsOf(record).flatMap((result) => dataPathsOf(result)));
    const succeeded =
      record.executions.length > 0 && record.executions.every((one) => one.status === 'SUCCEEDED');
    const known = partitions.filter((one) => used.has(one.key));
    if (!succeeded || known.length === 0 || known.some((one) => samplesOf(one) === undefined)) return [];
    const wanted = known.reduce((total, one) => total + samplesOf(one)!, 0);
    const found = resultsOf(record).reduce(
      (total, result) => total + Number(result['total_samples'] ?? 0),
      0,
    );
    return [
      {
        name: samplesSumToDataset.name,
        outcome: found === wanted ? 'passed' : 'failed',
        expected: `${wanted} samples in ${known.length} partitions`,
        actual: `${found} samples in ${resultsOf(record).length} results`,
        path: [],
        evidence: evidenceFile(RESULTS),
      },
    ];
  },
};
