import { evidenceFile, type Verdict } from '../../../assertions/assertion.ts';
import type { Completeness } from '../../../assertions/complete.ts';
import { showList } from '../../../assertions/show.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { dataPathsOf, RESULTS, resultsOf, samplesOf } from '../evidence/results.ts';

/** Each partition of the dataset has exactly one result, with the samples that the partition holds. */
export const redshiftCompleteness: Completeness = {
  item: 'partition',
  pairs(record) {
    if (!record.dataset) return undefined;
    return {
      items: record.dataset.partitions.map(({ key }) => key),
      results: resultsOf(record).flatMap(dataPathsOf),
    };
  },
  also: (record) => [sampleCounts(record)],
};

function sampleCounts(record: RunRecord): Verdict {
  const partitions = record.dataset?.partitions ?? [];
  const wanted = new Map(partitions.map((partition) => [partition.key, samplesOf(partition)]));
  const results = resultsOf(record);
  const wrong = results.flatMap((result) => {
    const keys = dataPathsOf(result);
    if (keys.some((key) => wanted.get(key) === undefined)) return [];
    const samples = keys.reduce((total, key) => total + wanted.get(key)!, 0);
    const batches = keys.reduce((total, key) => total + Math.ceil(wanted.get(key)! / result.batch_size), 0);
    const listed = Array.isArray(result['partitions']) ? result['partitions'].length : keys.length;
    if (listed !== keys.length)
      return [`${String(result.data_path)}: lists ${listed} partitions instead of ${keys.length}`];
    if (result['total_samples'] === samples && result.num_batches === batches) return [];
    return [
      `${String(result.data_path)}: ${result['total_samples']} samples in ${result.num_batches} batches ` +
        `instead of ${samples} in ${batches}`,
    ];
  });
  return {
    name: 'every result has the samples of its partition',
    outcome: wrong.length === 0 ? 'passed' : 'failed',
    expected: 'total_samples and num_batches as the partition holds them',
    actual: wrong.length === 0 ? `equal in ${results.length} results` : showList(wrong),
    path: [],
    evidence: evidenceFile(RESULTS),
  };
}
