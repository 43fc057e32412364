/** Functions that make a wrong run look right: each must fail, for the reason that its name says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runScenario } from '../../../harness/index.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { readScenario } from '../../../harness/scenario/load.ts';

registerPacks();

const workspace = mkdtempSync(join(tmpdir(), 'cosmicai-attacks-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true, maxRetries: 5 }));

const MATCH = 'predictions match the samples of their partitions';
const EQUAL = 'predictions equal those recomputed by the harness';

/** A strong scenario, as its author believes. */
const scenario = (attack: string, p95: string) => `
apiVersion: cosmicai/v1
kind: Scenario
name: attack-${attack.toLowerCase()}
dataset:
  generate: { format: pt, samples: 64, count: 3 }
deploy:
  functions:
    inference: { source: ./inference.ts, environment: { ATTACK: ${attack} } }
expect:
  status: SUCCEEDED
  output: { statusCode: 200, body: { results: "\${files}", total_samples: "\${samples}" } }
  complete: true
  predictions: { finite: true, MAE: { lt: 0.05 }, outlierFraction: { lt: 5 % } }
thresholds:
  p95(function.inference.duration): { lt: ${p95} }
  errorRate: { eq: 0 % }
`;

async function failures(attack: string, p95 = '20 s') {
  const loaded = readScenario(join('test/attacks', `${attack}.yaml`), scenario(attack, p95));
  const { outcomes, errors } = await runScenario(loaded, { workspace });
  expect(errors).toEqual([]);
  return Object.fromEntries(
    outcomes[0]!.verdicts
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ name, actual }) => [name, actual]),
  );
}

it.each<[string, { [verdict: string]: RegExp }]>([
  [
    'forgedTruth',
    { [MATCH]: /z_true of 64 of 64 rows is not that of their samples/, 'predictions MAE': /0\.\d+ over 192/ },
  ],
  [
    'hiddenTruth',
    { [MATCH]: /have no z_true, though the partition holds redshifts/, 'predictions MAE': /over 192/ },
  ],
  ['oneId', { [MATCH]: /63 of 64 samples have no prediction.*predicted more than once/ }],
  ['firstPartition', { [MATCH]: /z_true of 64 of 64 rows/, [EQUAL]: /differ/ }],
  ['truthAsPrediction', { [EQUAL]: /differ: .* instead of / }],
  ['shiftedRows', { [EQUAL]: /differ: .* instead of / }],
  ['constantPrediction', { [EQUAL]: /differ: .* is 0\.1\d* instead of / }],
  ['oneNaN', { [EQUAL]: /sample 63 is NaN/ }],
])('fails %s and says why', async (attack, reasons) => {
  const found = await failures(attack);
  expect(found).toEqual(
    expect.objectContaining(
      Object.fromEntries(
        Object.entries(reasons).map(([name, reason]) => [name, expect.stringMatching(reason)]),
      ),
    ),
  );
});

it.each(['printedReports', 'ownReport'])('takes durations from the runtime under %s', async (attack) => {
  expect(await failures(attack, '500 ms')).toEqual({
    'p95(function.inference.duration)': expect.stringMatching(
      /^(?:[5-9]\d\d ms|0\.[5-9]\d* s|[1-9][\d.]* s)/,
    ),
  });
});

it('counts errors that no line tells of', async () => {
  const loaded = readScenario(
    join('test/attacks', 'throws.yaml'),
    scenario('throwsInSilence', '20 s')
      .replace('status: SUCCEEDED', 'status: FAILED')
      .replace(/\n {2}output.*\n.*\n.*\n/, '\n'),
  );
  const { outcomes } = await runScenario(loaded, { workspace });
  const { verdicts, record } = outcomes[0]!;
  expect(verdicts.find(({ name }) => name === 'errorRate')).toMatchObject({ outcome: 'failed' });
  const inferences = record.invocations.filter(({ functionName }) => functionName.endsWith('inference'));
  expect(inferences.length).toBeGreaterThan(0);
  expect(new Set(inferences.map(({ status, errorType }) => `${status} ${errorType}`))).toEqual(
    new Set(['error Error']),
  );
});
