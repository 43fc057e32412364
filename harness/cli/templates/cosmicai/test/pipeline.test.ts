import { expect, test } from 'cosmicai-harness/vitest';

test('every partition has its result', { timeout: 120_000 }, async ({ project }) => {
  await project.putDataset({ generate: { format: 'pt', samples: 16, count: 3 } });
  const run = await project.execute();
  expect(run).toHaveSucceeded();
  expect(run).toHaveCompleteResults();
  expect(run).toMeetThreshold('errorRate', { eq: '0 %' });
});
