/**
 * The harness in vitest: a `test` whose fixtures are a local AWS and the deployed pipeline, and matchers that judge
 * as scenarios do. A composition root like `cli/`: it may import everything, and nothing imports it.
 *
 *     import { expect, test } from 'cosmicai-harness/vitest';
 *
 *     test('every partition has its result', async ({ pipeline }) => {
 *       await pipeline.putPartitions({ samples: 16, count: 3 });
 *       const run = await pipeline.execute();
 *       expect(run).toHaveSucceeded();
 *       expect(run).toHaveCompleteResults();
 *     });
 */
import { expect } from 'vitest';
import { registerPacks } from '../packs/register.ts';
import { matchers } from './matchers.ts';

registerPacks();

expect.extend(matchers);

export { test } from './fixtures.ts';
// Named here so that the published types bring the matchers with them.
export type { Judged } from './matchers.ts';
export { expect };
