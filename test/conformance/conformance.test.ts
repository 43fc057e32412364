/**
 * Every recorded case of AWS Step Functions that concerns us, through the emulator's HTTP API. Cases that are not
 * run are listed with their reason in left-out.ts.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { type Case, CORPUS_DIR, CORPUS_EXISTS, loadCases } from './corpus.ts';
import { reasonToLeaveOut } from './left-out.ts';
import { runExecutions } from './runner/run-execution.ts';
import { runSteps } from './runner/run-steps.ts';
import { runTestState } from './runner/run-test-state.ts';
import { World } from './runner/world.ts';

const cases = loadCases();
const wanted = cases.filter((one) => reasonToLeaveOut(one) === undefined);
const tally = new Map<string, { passed: number; failed: number; leftOut: number }>();

function count(area: string, outcome: 'passed' | 'failed' | 'leftOut'): void {
  const entry = tally.get(area) ?? { passed: 0, failed: 0, leftOut: 0 };
  entry[outcome]++;
  tally.set(area, entry);
}

async function run(one: Case): Promise<string | undefined> {
  const world = await World.start(one);
  try {
    if (one.kind === 'test-state' && !one.steps) return await runTestState(world, one);
    if (one.kind === 'execution' || one.kind === 'executions') return await runExecutions(world, one);
    return await runSteps(world, one);
  } finally {
    await world.stop();
  }
}

if (!CORPUS_EXISTS)
  console.warn(`conformance: SKIPPED, there is no corpus at ${CORPUS_DIR} (COSMICAI_CONFORMANCE_DIR)`);

describe.skipIf(!CORPUS_EXISTS)('recorded answers of AWS Step Functions', () => {
  for (const one of cases) if (reasonToLeaveOut(one) !== undefined) count(one.area, 'leftOut');

  it('are there', () => {
    expect(wanted.length).toBeGreaterThan(400);
  });

  for (const area of new Set(wanted.map((one) => one.area))) {
    describe(area, () => {
      for (const one of wanted.filter((each) => each.area === area)) {
        it(one.id, async () => {
          let found: string | undefined = 'the runner broke';
          try {
            found = await run(one);
          } finally {
            count(area, found === undefined ? 'passed' : 'failed');
          }
          if (found !== undefined) expect.fail(found);
        });
      }
    });
  }

  afterAll(() => {
    const lines = [...tally].sort().map(([area, { passed, failed, leftOut }]) => {
      return `${area.padEnd(22)} ${String(passed).padStart(4)} passed ${String(failed).padStart(4)} failed ${String(leftOut).padStart(4)} left out`;
    });
    const total = [...tally.values()].reduce((sum, each) => sum + each.passed, 0);
    console.log(
      `${lines.join('\n')}\n${total} of ${wanted.length} cases passed; ${cases.length - wanted.length} left out`,
    );
  });
});
