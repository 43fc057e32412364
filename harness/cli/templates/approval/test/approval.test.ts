import { expect, test } from 'cosmicai-harness/vitest';

test('pays a small amount without an approval', { timeout: 60_000 }, async ({ project }) => {
  const run = await project.execute({ input: { id: 'small', amount: 100 } });
  expect(run).toHaveSucceeded();
  expect(run).toHaveVisitedState('Pay', 1);
  expect(run).toMeetExpectations({ states: { 'Ask for approval': { visited: false } } });
});

test('refuses a rejected request', { timeout: 60_000 }, async ({ project }) => {
  const execution = await project.start({ input: { id: 'large', amount: 5000 } });
  await execution.sendTaskResult('Ask for approval', { error: 'Rejected', cause: 'no budget' });
  const run = await execution.ended();
  expect(run).toHaveSucceeded();
  expect(run).toMeetExpectations({ output: { decision: 'rejected', reason: 'no budget' } });
});
