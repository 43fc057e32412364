import { evidenceFiles, type Invariant } from '../../../assertions/assertion.ts';
import { dataPathsOf } from '../../../record/run-record.ts';

/** Of a run that succeeded on all of its data: no sample lost, none counted twice. */
export const samplesSumToDataset: Invariant = {
  name: 'samples of the results = samples of the dataset',
  evaluate({ record }) {
    const partitions = record.dataset?.partitions ?? [];
    const used = new Set(record.results.flatMap((result) => dataPathsOf(result)));
    const succeeded =
      record.executions.length > 0 && record.executions.every((one) => one.status === 'SUCCEEDED');
    const known = partitions.filter((one) => used.has(one.key));
    if (!succeeded || known.length === 0 || known.some((one) => one.samples === undefined)) return [];
    const wanted = known.reduce((total, one) => total + one.samples!, 0);
    const found = record.results.reduce((total, result) => total + Number(result['total_samples'] ?? 0), 0);
    return [
      {
        name: samplesSumToDataset.name,
        outcome: found === wanted ? 'passed' : 'failed',
        expected: `${wanted} samples in ${known.length} partitions`,
        actual: `${found} samples in ${record.results.length} results`,
        path: [],
        evidence: evidenceFiles.results,
      },
    ];
  },
};
