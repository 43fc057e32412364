/** A weak scenario and a strong one of the same project: what each would not notice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { embedded } from '../../../harness/backends/embedded.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { mutate } from '../../../harness/mutation/mutate.ts';
import { rememberArtifacts } from '../../../harness/scenario/artifact-memory.ts';
import { readScenario } from '../../../harness/scenario/load.ts';
import { openWorkspace } from '../../../harness/scenario/workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-mutate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const WEAK = `apiVersion: cosmicai/v1
kind: Scenario
name: small
steps:
  - execute: { input: { id: small-1, amount: 1 } }
expect: { status: SUCCEEDED }
`;

const STRONG = WEAK.replace(
  'status: SUCCEEDED',
  'status: SUCCEEDED, output: { id: small-1, decision: paid, amount: 1 }, objects: [{ key: "*", content: { amount: 1 } }]',
).concat(`thresholds:
  errorRate: { eq: 0 % }
  max(function.Pay.duration): { lt: 30 s }
  max(function.Pay.memory): { lt: 250 MB }
`);

async function missed(text: string): Promise<string[]> {
  const scenario = readScenario(join('test/projects/approval/scenarios', 'mutated.yaml'), text);
  const { mutants } = await mutate(scenario, {
    backend: embedded,
    context: {
      backend: embedded,
      workspace: openWorkspace(folder),
      artifacts: rememberArtifacts(),
      clock: wallClock(),
      random: seededRandom(1),
      signal: new AbortController().signal,
      keep: false,
      onProgress() {},
    },
    onMutant() {},
  });
  expect(mutants.length).toBeGreaterThan(0);
  return mutants.flatMap(({ mutant, outcome }) =>
    outcome === 'missed' ? [`${mutant.boundary} ${mutant.change}`] : [],
  );
}

it('tells which defects a scenario does not notice, and none once it expects what they break', async () => {
  expect(await missed(WEAK)).toEqual(
    expect.arrayContaining(['platform slow', 'platform leak', 'platform handledError', 'object drop']),
  );
  expect(await missed(STRONG)).toEqual([]);
});
