/** What a team's own tests look like: TypeScript on the engine that runs scenarios. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe } from 'vitest';
import { expect, test } from '../../../harness/vitest/index.ts';

describe('the pipeline', () => {
  test('gives every partition its result', async ({ pipeline, clients }) => {
    await pipeline.putPartitions({ samples: 16, count: 3 });
    const run = await pipeline.execute({ result_path: 'results/1' });
    expect(run).toHaveSucceeded();
    expect(run).toHaveVisitedState('Model Inference', 3);
    expect(run).not.toHaveVisitedState('Nowhere');
    expect(run).toHaveCompleteResults();
    expect(run).toMeetThreshold('p95(inference.duration)', { lt: '60 s' });
    expect(run).not.toMeetThreshold('max(memory)', { lt: '1 MB' });
    expect(run).toMeetExpectations({ status: 'SUCCEEDED', predictions: { finite: true } });
    expect(run).toMatchHistorySnapshot('snapshots/pipeline.history.txt');
    const { KeyCount } = await clients.s3.send(
      new ListObjectsV2Command({ Bucket: 'team4-cosmical', Prefix: 'results/1/' }),
    );
    expect(KeyCount).toBeGreaterThan(6);
  });

  const faulty = test.extend({
    pipelineOptions: { deploy: { functions: { inference: { source: 'scenarios/faulty/throws.ts' } } } },
  });
  faulty('fails by name when a handler throws', async ({ pipeline }) => {
    await pipeline.putPartitions({ samples: 16, count: 2 });
    const run = await pipeline.execute();
    expect(run).toHaveFailed('States.ExceedToleratedFailureThreshold');
    expect(run).not.toHaveSucceeded();
    expect(run).not.toHaveCompleteResults();
    expect(() => expect(run).toHaveSucceeded()).toThrow(/broken on purpose/);
  });
});
