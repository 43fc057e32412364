import { describe, expect, it } from 'vitest';
import type { ArtifactSet } from '../../../../harness/artifacts/build-artifacts.ts';
import { planDeployment } from '../../../../harness/deploy/plan.ts';
import { partitionsAt } from '../../../../harness/packs/redshift/datasets/kind.ts';
import { registerPacks } from '../../../../harness/packs/register.ts';
import type { LocatedDataset } from '../../../../harness/scenario/dataset/dataset-kind.ts';
import { splitPrefix } from '../../../../harness/scenario/dataset/destination.ts';
import { planRun } from '../../../../harness/scenario/deploy-run.ts';
import { readScenario } from '../../../../harness/scenario/load.ts';
import { openWorkspace } from '../../../../harness/scenario/workspace.ts';

registerPacks();

const plan = (s3: string, more = '') =>
  readScenario('s.yaml', `apiVersion: cosmicai/v1\nkind: Scenario\nname: s\ndataset: {s3: ${s3}}\n${more}`)
    .runs[0]!;

describe('dataset.s3', () => {
  it.each([
    ['s3://bucket', 'bucket', ''],
    ['s3://bucket/', 'bucket', ''],
    ['s3://bucket/a/b', 'bucket', 'a/b/'],
    ['s3://my.bucket-1/a b/', 'my.bucket-1', 'a b/'],
  ])('%s', (uri, bucket, prefix) => expect(splitPrefix(uri)).toEqual({ bucket, prefix }));

  it('knows how many partitions there are only when the scenario says it', () => {
    expect(plan('{uri: "s3://bucket/a"}').dataset?.files).toBeUndefined();
    const counted = plan('{uri: "s3://bucket/a", count: 4}', `expect: {results: {count: "\${files}"}}\n`);
    expect(counted.scenario.expect['results']).toEqual({ count: 4 });
  });

  it('in place is a bucket that the plan neither makes nor renames, but may read', async () => {
    const run = plan('{uri: "s3://survey/dr17/", inPlace: true}');
    const located: LocatedDataset = {
      files: 2,
      variables: run.dataset!.variables,
      prepare: async () => [],
      inPlace: { files: [], keys: [] },
      destination: partitionsAt,
      record: { format: 'pt' },
    };
    const artifacts = {
      target: { platform: 'linux', arch: 'x64' },
      functions: { init: { actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'] } },
      layers: {},
      stateMachines: {},
      objects: [],
    } as unknown as ArtifactSet;
    const place = {
      naming: { prefix: 'mine', bucket: (name: string) => `mine-${name}` },
      functionTarget: { platform: 'linux', arch: 'x64' } as const,
    };
    const build = { workspace: openWorkspace(), artifacts: async () => artifacts };
    const { input, spec } = await planRun(run, located, place, build);
    expect(input).toMatchObject({
      bucket: 'mine-team4-cosmical',
      data_bucket: 'survey',
      data_prefix: 'dr17',
    });
    const account = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
    const resources = planDeployment(spec, account).phases.flat();
    expect(resources.flatMap((one) => (one.kind === 'bucket' ? [one.name] : []))).toEqual([
      'mine-team4-cosmical',
    ]);
    const role = JSON.stringify(resources.find(({ kind }) => kind === 'role'));
    expect(role).toContain('arn:aws:s3:::survey/*');
    expect(
      JSON.parse(role).policy.Statement.find(({ Sid }: { Sid: string }) => Sid === 'WriteObjects').Resource,
    ).not.toContain('arn:aws:s3:::survey/*');
  });
});
