/** Datasets that lie in S3: a second emulator stands for where other people keep theirs. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendNamed } from '../../../../harness/backends/index.ts';
import type { HarnessError } from '../../../../harness/core/errors.ts';
import type { Emulator } from '../../../../harness/emulator/emulator.ts';
import { runScenario, startEmulator } from '../../../../harness/index.ts';
import { generateDataset } from '../../../../harness/packs/redshift/data/generate.ts';
import { PARTITIONS } from '../../../../harness/packs/redshift/datasets/kind.ts';
import { resultsOf } from '../../../../harness/packs/redshift/evidence/results.ts';
import { registerPacks } from '../../../../harness/packs/register.ts';
import { copySource, listSource } from '../../../../harness/scenario/dataset/s3-source.ts';
import { readScenario } from '../../../../harness/scenario/load.ts';

registerPacks();

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-s3-dataset-'));
const signal = new AbortController().signal;
let source: Emulator;
let s3: S3Client;

/** A scenario over what lies at `s3`, as YAML's flow. */
const scenarioOver = (dataset: string, more = '') =>
  readScenario(
    's.yaml',
    `apiVersion: cosmicai/v1\nkind: Scenario\nname: s\ndataset: {s3: ${dataset}}\n${more}`,
  );

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'theirs';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  source = await startEmulator({ port: 0, stateDir: join(folder, 'source') });
  s3 = new S3Client({ endpoint: source.endpoint, region: 'us-east-1', forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'survey' }));
  const written = await generateDataset(
    { seed: 7, count: 2, samples: 16, format: 'pt', outDir: join(folder, 'data'), signal },
    () => {},
  );
  for (const [index, { path }] of written.entries())
    await s3.send(
      new PutObjectCommand({ Bucket: 'survey', Key: `dr17/${index + 1}.pt`, Body: readFileSync(path) }),
    );
  const [first, second] = written.map(({ path }) => readFileSync(path));
  await s3.send(new PutObjectCommand({ Bucket: 'survey', Key: 'dr16/1.pt', Body: first! }));
  await s3.send(new PutObjectCommand({ Bucket: 'survey', Key: 'dr16/deeper/2.pt', Body: second! }));
  // Neither a partition nor right under the prefix.
  await s3.send(new PutObjectCommand({ Bucket: 'survey', Key: 'dr17/README.txt', Body: 'x' }));
  await s3.send(new PutObjectCommand({ Bucket: 'survey', Key: 'dr17/old/9.pt', Body: 'x' }));
});

afterAll(async () => {
  s3.destroy();
  await source.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const specOf = (more: object = {}) => ({
  uri: 's3://survey/dr17/',
  endpoint: source.endpoint,
  region: 'us-east-1',
  inPlace: false,
  ...more,
});

describe('a dataset in S3', () => {
  it('is copied, run like any other, and copied once', async () => {
    const scenario = () =>
      scenarioOver(
        `{uri: "s3://survey/dr17/", endpoint: "${source.endpoint}", region: us-east-1, count: 2}`,
        'expect: {output: {body: {results: 2, total_samples: 32}}, predictions: {finite: true}}\n',
      );
    const first = await runScenario(scenario(), { workspace: join(folder, 'work') });
    expect(first.errors).toEqual([]);
    expect(first.outcomes[0]!.verdicts.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    const { dataset } = first.outcomes[0]!.record;
    expect(dataset).toMatchObject({ bucket: 'cosmicai-data', format: 'pt' });
    expect(dataset!.partitions.map(({ key, samples }) => [key, samples])).toEqual([
      ['partitions/1.pt', 16],
      ['partitions/2.pt', 16],
    ]);
    // Two runs side by side want the same at the same time.
    const found = await listSource(s3, specOf(), undefined, PARTITIONS);
    const fresh = { cacheFolder: join(folder, 'fresh'), signal, onProgress() {} };
    const [one, other] = await Promise.all([0, 1].map(() => copySource(s3, specOf(), found, fresh)));
    expect(one).toEqual(other);
    expect(one!.map((path) => statSync(path).size)).toEqual(found.map(({ sizeBytes }) => sizeBytes));
    // Whoever asks for an object now gets none: what was copied is not asked for again.
    source.chaos.apply([{ on: 's3.GetObject', throw: { code: 'AccessDenied', status: 403, message: 'no' } }]);
    try {
      const objects = await listSource(s3, specOf(), undefined, PARTITIONS);
      const copies = { cacheFolder: join(folder, 'work', 'cache', 'datasets'), signal, onProgress() {} };
      expect(await copySource(s3, specOf(), objects, copies)).toHaveLength(2);
      await expect(
        copySource(s3, specOf(), objects, { ...copies, cacheFolder: join(folder, 'other') }),
      ).rejects.toMatchObject({ code: 'dataset-unreachable', exitCode: 3 });
    } finally {
      source.chaos.apply([]);
    }
  });

  it('is read in place at the endpoint of the run', async () => {
    const { errors, outcomes } = await runScenario(
      scenarioOver(
        '{uri: "s3://survey/dr16", inPlace: true}',
        'expect: {output: {body: {results: 2, total_samples: 32}}}\n',
      ),
      { workspace: join(folder, 'work'), backend: backendNamed(`endpoint=${source.endpoint}`) },
    );
    expect(errors).toEqual([]);
    expect(outcomes[0]!.verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const { dataset } = outcomes[0]!.record;
    const results = resultsOf(outcomes[0]!.record);
    expect(dataset).toMatchObject({ bucket: 'survey', prefix: 'dr16' });
    expect(dataset!.partitions.map(({ key }) => key)).toEqual(['dr16/1.pt', 'dr16/deeper/2.pt']);
    expect(results.map(({ data_path }) => data_path)).toEqual(['dr16/1.pt', 'dr16/deeper/2.pt']);
  });

  it('in place is refused where the run begins empty, before anything is deployed', async () => {
    const { errors } = await runScenario(scenarioOver('{uri: "s3://survey/dr16", inPlace: true}'), {
      workspace: join(folder, 'work'),
    });
    expect(errors.map(({ error }) => `${error.message} ${error.remedy}`)).toEqual([
      expect.stringMatching(
        /^The dataset s3:\/\/survey\/dr16 cannot be read: NoSuchBucket.*leave inPlace out there/,
      ),
    ]);
  });

  it('says what is wrong with the place', async () => {
    const refused = async (more: object) =>
      listSource(s3, specOf(more), undefined, PARTITIONS).then(
        () => 'listed',
        (error: HarnessError) => `${error.exitCode} ${error.message} ${error.remedy}`,
      );
    expect(await refused({ uri: 's3://nobody/x/' })).toMatch(
      /^3 The dataset s3:\/\/nobody\/x\/ at http.* cannot be read: NoSuchBucket: .* Check bucket, endpoint/,
    );
    expect(await refused({ uri: 's3://survey/dr18/' })).toMatch(
      /^2 There is no partition right under s3:\/\/survey\/dr18\/\. Partitions end in \.pt/,
    );
    expect(await refused({ count: 3 })).toMatch(/^2 s3:\/\/survey\/dr17\/ holds 2 partitions, and .* says 3/);
  });
});
