import { expect, test } from 'cosmicai-harness/vitest';

test('prices a small order', { timeout: 60_000 }, async ({ project }) => {
  const csv = 'order_id,item,quantity\no1,bolt,100\no2,nut,1\n';
  await project.putObject('orders-uploads', 'orders.csv', csv);
  const run = await project.execute();
  expect(run).toHaveSucceeded();
  expect(run).toMeetExpectations({ output: { orders: 2, totalCents: 1505 } });
  expect(run).toHaveVisitedState('Price', 1);
});
