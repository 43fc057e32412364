import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import {
  dataPathsOf,
  PREDICTIONS,
  type PredictionsRecord,
  predictionsOf,
  resultsOf,
} from '../evidence/results.ts';
import { type TruthRecord, truthOf } from '../verification/truth.ts';

/**
 * Each sample of each partition that has a result is predicted once, and the row carries the sample's own redshift.
 * Partitions are those that the harness read before the run: what a function wrote beside its predictions is compared
 * with them, bit for bit.
 */
export const predictionsMatchSamples: Invariant = {
  name: 'predictions match the samples of their partitions',
  evaluate({ record }) {
    const truth = new Map(truthOf(record).map((one) => [one.key, one]));
    const results = resultsOf(record);
    if (truth.size === 0 || results.length === 0) return [];
    const common = { name: predictionsMatchSamples.name, path: [], evidence: evidenceFile(PREDICTIONS) };
    const expected = 'each sample once, with the redshift that its partition holds';
    // Functions of the original kind write no predictions.
    if (results.every((result) => !('predictions_key' in result)))
      return [{ ...common, outcome: 'not judged', expected, actual: 'the results name no predictions' }];
    const rows = rowsByPartition(predictionsOf(record));
    const claimed = new Set([...results.flatMap(dataPathsOf), ...rows.keys()]);
    const problems = [...claimed].flatMap((key) => problemsOf(key, truth.get(key), rows.get(key) ?? []));
    const files = [...sharedFiles(record), ...foreignFiles(record)];
    return [
      {
        ...common,
        outcome: problems.length + files.length === 0 ? 'passed' : 'failed',
        expected,
        actual:
          problems.length + files.length === 0
            ? `holds for ${[...rows.values()].reduce((sum, own) => sum + own.length, 0)} samples in ${claimed.size} partitions`
            : showList([...problems, ...files]),
      },
    ];
  },
};

interface Row {
  sample: number;
  /** Absent where the file has no such column. */
  zTrue: number | undefined;
}

function rowsByPartition(tables: readonly PredictionsRecord[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const { dataPath, sample, zPred, zTrue } of tables) {
    for (let row = 0; row < zPred.length; row++) {
      const key = dataPath[row] ?? '';
      const own = found.get(key) ?? [];
      found.set(key, own);
      own.push({ sample: sample[row] ?? Number.NaN, zTrue: zTrue?.[row] });
    }
  }
  return found;
}

function problemsOf(key: string, truth: TruthRecord | undefined, rows: readonly Row[]): string[] {
  if (!truth)
    return rows.length === 0
      ? []
      : [`${rows.length} predictions of ${key}, which is no partition of the dataset`];
  if (truth.samples === undefined) {
    return rows.length === 0
      ? []
      : [`${rows.length} predictions of ${key}, which cannot be read: ${truth.unreadable}`];
  }
  const { samples, redshifts } = truth;
  const seen = new Set<number>();
  const repeated = rows.filter(({ sample }) => seen.has(sample) || !seen.add(sample));
  const foreign = rows.filter(({ sample }) => !(Number.isInteger(sample) && sample >= 0 && sample < samples));
  const missing = Array.from({ length: samples }, (_, sample) => sample).filter(
    (sample) => !seen.has(sample),
  );
  const told = (list: readonly number[], what: string) =>
    list.length === 0 ? [] : [`${key}: ${list.length} of ${samples} samples ${what}, first ${list[0]}`];
  return [
    ...told(missing, 'have no prediction'),
    ...told(
      repeated.map(({ sample }) => sample),
      'are predicted more than once',
    ),
    ...told(
      foreign.map(({ sample }) => sample),
      'are predicted that it does not hold',
    ),
    ...redshiftProblems(key, redshifts, rows),
  ];
}

function redshiftProblems(
  key: string,
  redshifts: readonly number[] | undefined,
  rows: readonly Row[],
): string[] {
  if (!redshifts) return [];
  if (rows.some(({ zTrue }) => zTrue === undefined))
    return [`${key}: its predictions have no z_true, though the partition holds redshifts`];
  const wrong = rows.filter(
    ({ sample, zTrue }) => redshifts[sample] !== undefined && !Object.is(zTrue, redshifts[sample]),
  );
  const first = wrong[0];
  if (!first) return [];
  return [
    `${key}: z_true of ${wrong.length} of ${rows.length} rows is not that of their samples, first sample ${first.sample}: ${first.zTrue} instead of ${redshifts[first.sample]}`,
  ];
}

/** Predictions of partitions that are not those of the result that names the file, or of another run. */
function foreignFiles(record: RunRecord): string[] {
  const own = new Map(resultsOf(record).map((result) => [result['rank'], new Set(dataPathsOf(result))]));
  const runs = new Map(resultsOf(record).map((result) => [result['rank'], result['run_id']]));
  return predictionsOf(record).flatMap(({ key, rank, runId, dataPath }) => {
    const foreign = dataPath.find((path) => own.get(rank)?.has(path) === false);
    if (foreign !== undefined) return [`${key} of rank ${rank} holds predictions of ${foreign}`];
    const isStale = runId !== undefined && runs.get(rank) !== undefined && runs.get(rank) !== runId;
    return isStale ? [`${key} is of run ${runId} instead of ${String(runs.get(rank))}`] : [];
  });
}

/** Two results that name one predictions file. */
function sharedFiles(record: RunRecord): string[] {
  const ranks = new Map<string, unknown[]>();
  for (const result of resultsOf(record)) {
    const key = result['predictions_key'];
    if (typeof key === 'string') ranks.set(key, [...(ranks.get(key) ?? []), result['rank']]);
  }
  return [...ranks].flatMap(([key, own]) =>
    own.length > 1 ? [`${key} stands in the results of ranks ${own.join(', ')}`] : [],
  );
}
