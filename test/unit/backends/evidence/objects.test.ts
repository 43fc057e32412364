import { beforeEach, describe, expect, it } from 'vitest';
import { collectObjects, runIdsOf } from '../../../../harness/backends/evidence/objects.ts';
import type { ExecutionRecord, HistoryRecord } from '../../../../harness/record/run-record.ts';
import { renderPredictionsFits } from '../../../../lambdas/inference/predictions-fits.ts';
import { MemoryS3 } from '../../lambdas/memory-s3.ts';

let s3: MemoryS3;
const putResult = (rank: number, runId: string) =>
  s3.put(
    'work',
    `results/${rank}.json`,
    JSON.stringify({ rank, run_id: runId, predictions_key: `results/${rank}.predictions.fits` }),
  );
const putPredictions = (rank: number) =>
  s3.put(
    'work',
    `results/${rank}.predictions.fits`,
    renderPredictionsFits(
      [{ dataPath: `25MB/${rank}.pt`, zPred: Float32Array.of(0.25, 0.5), batchSeconds: [], iterationS: 0 }],
      {},
    ),
  );

beforeEach(() => {
  s3 = new MemoryS3();
});

const collect = (gaps: string[] = []) =>
  collectObjects(s3.client, [{ bucket: 'work', prefix: 'results/' }], new Set(['run-1']), gaps);

describe('collectObjects', () => {
  it('takes the results and predictions of this run, in the order of ranks; the rest are objects only', async () => {
    for (const rank of [10, 2]) {
      putResult(rank, 'run-1');
      putPredictions(rank);
    }
    putResult(3, 'run-0');
    s3.put('work', 'results/combined_data.json', '[]');
    const gaps: string[] = [];
    const { objects, results, predictions } = await collect(gaps);
    expect(results.map(({ rank }) => rank)).toEqual([2, 10]);
    expect(predictions).toEqual([
      expect.objectContaining({
        rank: 2,
        dataPath: ['25MB/2.pt', '25MB/2.pt'],
        sample: [0, 1],
        zPred: [0.25, 0.5],
      }),
      expect.objectContaining({ rank: 10 }),
    ]);
    expect(objects).toHaveLength(6);
    expect(gaps).toEqual([]);
  });

  it('says which result or table cannot be read', async () => {
    s3.put('work', 'results/1.json', '{');
    putResult(2, 'run-1');
    s3.put('work', 'results/2.predictions.fits', 'no table');
    const gaps: string[] = [];
    await collect(gaps);
    expect(gaps).toEqual([
      expect.stringContaining('the result s3://work/results/1.json could not be collected'),
      expect.stringContaining(
        's3://work/results/2.predictions.fits could not be collected: Error: it is no FITS file',
      ),
    ]);
  });
});

describe('runIdsOf', () => {
  const exited = (output: unknown): HistoryRecord => ({
    id: 1,
    previousEventId: 0,
    timestampMs: 0,
    type: 'TaskStateExited',
    stateExitedEventDetails: { name: 'Initialize', output: JSON.stringify(output) },
  });

  it('finds the manifest that init handed on, also in a run that failed later', () => {
    const history = [
      exited({ run: { run_id: 'run-1-2026' } }),
      exited({ statusCode: 200, body: { run_id: 'run-1-2026' } }),
    ];
    expect(runIdsOf({ history } as ExecutionRecord)).toEqual(['run-1-2026']);
    expect(runIdsOf({ history: [exited({ no: 'run' })] } as unknown as ExecutionRecord)).toEqual([]);
  });
});
