/**
 * The harness in vitest: a `test` whose fixtures are the project on a local AWS of its own and clients for it, and
 * matchers that judge as scenarios do. A composition root like `cli/`: it may import everything, and nothing imports it.
 *
 *     import { expect, test } from 'cosmicai-harness/vitest';
 *
 *     test('every order is enriched', async ({ project }) => {
 *       await project.putObject('orders-in', 'orders.csv', 'order_id,amount\no1,10\n');
 *       const run = await project.execute({ input: { key: 'orders.csv' } });
 *       expect(run).toHaveSucceeded();
 *       expect(run).toMeetThreshold('p95(function.Enrich.duration)', { lt: '2 s' });
 *     });
 */
import { expect } from 'vitest';
import { registerPacks } from '../packs/register.ts';
import { matchers } from './matchers.ts';

// The SDK's note about Node versions to come says nothing about the tests.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
registerPacks();

expect.extend(matchers);

export { type ProjectOptions, startProject } from '../library/start-project.ts';
export type { CosmicaiFixtures } from './fixtures.ts';
export { test } from './fixtures.ts';
// Named here so that the published types bring the matchers with them.
export type { Judged } from './matchers.ts';
export { expect };
