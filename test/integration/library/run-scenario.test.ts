import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadScenario, runScenario, startEmulator } from '../../../harness/index.ts';
import { resultsOf } from '../../../harness/packs/redshift/evidence/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

it('runs a scenario from a program and tells its verdicts', async () => {
  const scenario = loadScenario('scenarios/tiny.yaml');
  const { passed, outcomes, errors } = await runScenario(scenario, { workspace: folder });
  expect(errors).toEqual([]);
  expect(outcomes[0]!.verdicts.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(resultsOf(outcomes[0]!.record)).toHaveLength(3);
  expect(passed).toBe(true);
});

it('starts the local AWS', async () => {
  const emulator = await startEmulator({ port: 0, stateDir: join(folder, 'state') });
  try {
    expect((await fetch(emulator.endpoint)).status).toBeGreaterThan(0);
  } finally {
    await emulator.stop();
  }
});
