/** Fixtures: a local AWS per test, clients for it, and the pipeline deployed on it. All end with the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'vitest';
import { embedded } from '../backends/embedded.ts';
import { wallClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { type DeployedPipeline, deployPipeline, type PipelineOptions } from './pipeline.ts';

type RunningEmbedded = Awaited<ReturnType<typeof embedded.start>>;

export interface CosmicaiFixtures {
  /** What is deployed; replace it with `test.extend({ pipelineOptions: { deploy: ... } })`. */
  pipelineOptions: PipelineOptions;
  /** The local AWS, with `endpoint` and `access`. */
  aws: RunningEmbedded;
  /** AWS SDK clients of it. */
  clients: AwsClients;
  pipeline: DeployedPipeline;
}

/** One build for all tests of a file: the same sources give the same zips. */
const artifacts = rememberArtifacts();

export const test = base.extend<CosmicaiFixtures>({
  pipelineOptions: {},
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures needed from the pattern.
  aws: async ({}, use) => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'cosmicai-test-'));
    const running = await embedded.start({
      clock: wallClock(),
      random: seededRandom(stateFolder),
      stateFolder,
      packagesFolder: openWorkspace().packageCache,
      signal: new AbortController().signal,
    });
    try {
      await use(running);
    } finally {
      await running.stop();
      rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
  clients: async ({ aws }, use) => {
    const clients = clientsFor(aws.access);
    try {
      await use(clients);
    } finally {
      clients.close();
    }
  },
  pipeline: async ({ aws, clients, pipelineOptions }, use) => {
    await use(await deployPipeline(aws, clients, artifacts, pipelineOptions));
  },
});
