/**
 * One contract over every place: the same deploy, the same scenario and the same evidence, and a verdict that means
 * the same. What a place cannot do is `not judged`, and a Map whose items all fail is a failure everywhere.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import type { Backend, RunningBackend } from '../../../harness/backends/backend.ts';
import { backendNamed } from '../../../harness/backends/index.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { clientsFor } from '../../../harness/deploy/aws-access.ts';
import { deploy, teardown } from '../../../harness/deploy/deploy.ts';
import { runScenario, type ScenarioResult } from '../../../harness/index.ts';
import { resultsOf } from '../../../harness/packs/redshift/evidence/results.ts';
import { ARTIFACT_CACHE, bucketsNamed, cosmicAi } from '../../cosmic-ai.ts';
import { meanModel } from '../../unit/lambdas/tiny-model.ts';
import { contractPlaces } from './places.ts';

const clock = wallClock();
const folder = mkdtempSync(join(tmpdir(), 'contract-'));
const scenarioFile = (name: string, text: string) => {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name}\n${text}`);
  return file;
};

mkdirSync(join(folder, 'model'));
writeFileSync(join(folder, 'model', 'model.onnx'), meanModel());
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const GOOD = scenarioFile(
  'contract-good',
  `dataset: { generate: { format: pt, samples: 16, count: 3 } }
deploy: { memoryMB: 1769, model: ./model }
expect:
  output: { statusCode: 200, body: { results: 3, total_samples: 48 } }
  states: { Initialize: { visits: 1 }, Summarize: { visits: 1 }, Model Inference: { visits: 3 } }
  complete: true
  results: { count: 3 }
  predictions: { finite: true }
  logs: [{ contains: jobs written }]
  invocations: { inference: { count: 3 } }
thresholds:
  max(memory): { gt: 1 MB }
  sum(batches): { eq: 3 }
  sum(emf.inference.Samples): { eq: 48 }
  max(emf.inference.PeakRss): { gt: 1 MB }
`,
);
/** Every inference throws, so every item of the Map fails. */
const FAILING = scenarioFile(
  'contract-failing',
  `dataset: { generate: { format: pt, samples: 16, count: 3 } }
deploy:
  model: ./model
  functions: { inference: { source: ${join(packageRoot(), 'scenarios/faulty/throws.ts')}, memoryMB: 512 } }
`,
);

for (const place of await contractPlaces()) {
  const suite = place.skip === undefined ? describe : describe.skip;
  suite(`${place.title}${place.skip === undefined ? '' : ` [skipped: ${place.skip}]`}`, () => {
    let prepared: Awaited<ReturnType<typeof place.prepare>>;
    let running: RunningBackend;
    /** The one that runs, for every scenario: starting a container each time would prove nothing more. */
    let backend: Backend;

    beforeAll(async () => {
      prepared = await place.prepare();
      const named = backendNamed(prepared.backend);
      running = await named.start({ clock, random: seededRandom(1), stateFolder: join(folder, 'state') });
      backend = { ...named, start: async () => ({ ...running, stop: async () => {} }) };
    });
    afterAll(async () => {
      await running?.stop();
      await running?.stop();
      await prepared?.close();
      rmSync(join(folder, 'state'), { recursive: true, force: true, maxRetries: 5 });
    });

    const run = (file: string): Promise<ScenarioResult> =>
      runScenario(file, { backend, workspace: join(folder, 'workspace') });

    it('deploys the same thing twice without a change, and removes all of it', async () => {
      const clients = clientsFor(running.access);
      try {
        const project = cosmicAi({ modelFolder: join(folder, 'model') });
        const { functionTarget: target } = running;
        const artifacts = await buildArtifacts({ project, cacheFolder: ARTIFACT_CACHE, target });
        const buckets = bucketsNamed('twice-work', 'twice-data');
        const spec = { project, prefix: 'twice', artifacts, buckets };
        const first = await deploy(clients, spec, clock);
        expect(new Set(first.changes.map(({ change }) => change))).toEqual(new Set(['created']));
        const second = await deploy(clients, spec, clock);
        expect(second.changes.filter(({ change }) => change !== 'unchanged')).toEqual([]);
        const removed = await teardown(clients, second.plan, clock);
        expect(removed).toEqual(
          expect.arrayContaining(['twice-pipeline', 'twice-init', 'twice-init-function']),
        );
        expect(await teardown(clients, second.plan, clock)).toEqual([]);
      } finally {
        clients.close();
      }
    });

    it('runs the pipeline, and what it cannot give evidence for is not judged', async () => {
      const { passed, outcomes, errors } = await run(GOOD);
      expect(errors).toEqual([]);
      const { record, verdicts } = outcomes[0]!;
      expect(verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(passed).toBe(true);
      expect(resultsOf(record)).toHaveLength(3);
      expect(record.executions[0]!.mapRuns[0]!.itemCounts).toMatchObject({
        succeeded: 3,
        failed: 0,
        total: 3,
      });
      // Either judged and passed, or told what is lacking: nothing in between.
      for (const verdict of verdicts.filter(({ outcome }) => outcome === 'not judged')) {
        expect(verdict, verdict.name).toMatchObject({
          lacks: expect.any(Array),
          actual: expect.stringContaining('cannot be judged on this backend'),
        });
      }
      const lacking = new Set(verdicts.flatMap(({ lacks = [] }) => lacks));
      for (const capability of lacking) expect(running.capabilities.has(capability)).toBe(false);
      expect(record.backend.capabilities).toEqual([...running.capabilities].sort());
    });

    it('calls a Map whose items all fail a failure', async () => {
      const { passed, outcomes, errors } = await run(FAILING);
      expect(errors).toEqual([]);
      const { record, verdicts } = outcomes[0]!;
      expect(passed).toBe(false);
      expect(verdicts.find(({ name }) => name === 'status')).toMatchObject({ outcome: 'failed' });
      const { itemCounts } = record.executions[0]!.mapRuns[0]!;
      expect(itemCounts.failed + itemCounts.aborted).toBe(itemCounts.total);
      expect(resultsOf(record)).toEqual([]);
    });
  });
}
