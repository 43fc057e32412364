import { expect, test } from 'cosmicai-harness/vitest';

test('counts an alarm', { timeout: 60_000 }, async ({ project }) => {
  const readings = [
    { id: 'r1', celsius: 20 },
    { id: 'r2', celsius: 95 },
  ];
  await project.putObject('readings-uploads', 'readings.json', readings);
  const run = await project.execute();
  expect(run).toHaveSucceeded();
  expect(run).toMeetExpectations({ output: { readings: 2, alarms: 1 } });
  expect(run).toHaveVisitedState('Classify', 2);
});
