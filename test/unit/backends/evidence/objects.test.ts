import { beforeEach, describe, expect, it } from 'vitest';
import { recorded } from '../../../../harness/backends/evidence/executions.ts';
import { collectObjects, readerOf } from '../../../../harness/backends/evidence/objects.ts';
import { redshiftEvidence } from '../../../../harness/packs/redshift/evidence/reader.ts';
import { predictionsOf, resultsOf } from '../../../../harness/packs/redshift/evidence/results.ts';
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
      [
        {
          dataPath: `25MB/${rank}.pt`,
          zPred: Float32Array.of(0.25, 0.5),
          magnitudes: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
          batchSeconds: [],
          iterationS: 0,
        },
      ],
      {},
    ),
  );

beforeEach(() => {
  s3 = new MemoryS3();
});

/** An execution whose history shows the manifest of a run. */
const executionOf = (output: unknown): ExecutionRecord => {
  const event: HistoryRecord = {
    id: 1,
    previousEventId: 0,
    timestampMs: 0,
    type: 'TaskStateExited',
    stateExitedEventDetails: { name: 'Initialize', output: JSON.stringify(output) },
  };
  return { history: [event] } as unknown as ExecutionRecord;
};

async function collect(gaps: string[] = [], output: unknown = { run: { run_id: 'run-1' } }) {
  const read = readerOf(s3.client);
  const objects = await collectObjects(
    s3.client,
    { watch: [{ bucket: 'work', prefix: 'results/' }], contentOf: [], contentTypeOf: [] },
    gaps,
    read,
  );
  const evidence = await redshiftEvidence.read({
    executions: [executionOf(output)],
    objects,
    read,
    attempt: (what, work) => recorded(what, gaps, work),
  });
  return { objects, results: resultsOf({ evidence }), predictions: predictionsOf({ evidence }) };
}

describe('evidence of a run', () => {
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
        magnitudes: [
          [1, 2, 3, 4, 5],
          [6, 7, 8, 9, 10],
        ],
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

describe('the run of an execution', () => {
  it('is found in the manifest that init handed on', async () => {
    putResult(1, 'run-1-2026');
    expect((await collect([], { statusCode: 200, body: { run_id: 'run-1-2026' } })).results).toHaveLength(1);
    expect((await collect([], { no: 'run' })).results).toEqual([]);
  });
});
