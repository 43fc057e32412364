import { z } from 'zod';
import type { Evidence } from '../metrics/evidence.ts';
import { dataPathsOf } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { showList } from './show.ts';

/** Each partition of the dataset has exactly one result: nothing lost, nothing twice, nothing foreign. */
export const complete = defineAssertion({
  name: 'complete',
  schema: z.union([
    z.boolean(),
    z.strictObject({
      lost: z
        .array(z.int().positive())
        .describe('partitions, counted from 1, that are lost on purpose: exactly these have no result'),
    }),
  ]),
  evaluate(expected, evidence) {
    if (expected === false) return [];
    return [oneResultEach(evidence, expected === true ? [] : expected.lost), sampleCounts(evidence)];
  },
});

/** Results per partition key. */
function resultsByPartition(evidence: Evidence): Map<string, number> {
  const results = new Map<string, number>();
  for (const result of evidence.record.results) {
    for (const path of dataPathsOf(result)) {
      results.set(path, (results.get(path) ?? 0) + 1);
    }
  }
  return results;
}

function oneResultEach(evidence: Evidence, lostOnPurpose: readonly number[]): Verdict {
  const partitions = evidence.record.dataset?.partitions ?? [];
  const results = resultsByPartition(evidence);
  const keys = new Set(partitions.map((partition) => partition.key));
  const spared = new Set(lostOnPurpose.map((number) => partitions[number - 1]?.key));
  const lost = [...keys].filter((key) => !results.has(key) && !spared.has(key));
  const notLost = [...keys].filter((key) => results.has(key) && spared.has(key));
  const twice = [...results].filter(([, count]) => count > 1).map(([key]) => key);
  const foreign = [...results.keys()].filter((key) => !keys.has(key));
  const problems = [
    lost.length > 0 ? `${lost.length} without a result: ${showList(lost)}` : '',
    notLost.length > 0 ? `${notLost.length} with a result in spite of all: ${showList(notLost)}` : '',
    twice.length > 0 ? `${twice.length} more than once: ${showList(twice)}` : '',
    foreign.length > 0 ? `${foreign.length} not of this dataset: ${showList(foreign)}` : '',
  ].filter((text) => text !== '');
  return {
    name: 'every partition has exactly one result',
    outcome: problems.length === 0 && partitions.length > 0 ? 'passed' : 'failed',
    expected:
      spared.size === 0
        ? `one result for each of ${partitions.length} partitions`
        : `one result for each of ${partitions.length} partitions but ${showList([...spared].map(String))}`,
    actual: problems.length === 0 ? `${results.size} partitions with one result each` : problems.join('; '),
    path: [],
    evidence: evidenceFiles.results,
  };
}

function sampleCounts(evidence: Evidence): Verdict {
  const partitions = evidence.record.dataset?.partitions ?? [];
  const wanted = new Map(partitions.map((partition) => [partition.key, partition.samples]));
  const wrong = evidence.record.results.flatMap((result) => {
    const keys = dataPathsOf(result);
    if (keys.some((key) => wanted.get(key) === undefined)) return [];
    const samples = keys.reduce((total, key) => total + wanted.get(key)!, 0);
    const batches = keys.reduce((total, key) => total + Math.ceil(wanted.get(key)! / result.batch_size), 0);
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
    actual: wrong.length === 0 ? `equal in ${evidence.record.results.length} results` : showList(wrong),
    path: [],
    evidence: evidenceFiles.results,
  };
}
