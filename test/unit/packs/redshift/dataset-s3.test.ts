import { describe, expect, it } from 'vitest';
import type { ArtifactSet } from '../../../../harness/artifacts/build-artifacts.ts';
import { planDeployment } from '../../../../harness/deploy/plan.ts';
import { deploymentSpec } from '../../../../harness/scenario/deployment.ts';
import { executionInput, renamedBuckets } from '../../../../harness/scenario/execution-input.ts';
import { readScenario } from '../../../../harness/scenario/load.ts';
import { placeOf } from '../../../../harness/scenario/s3-source.ts';
import { cosmicAi } from '../../../cosmic-ai.ts';

const plan = (s3: string, more = '') =>
  readScenario('s.yaml', `apiVersion: cosmicai/v1\nkind: Scenario\nname: s\ndataset: {s3: ${s3}}\n${more}`)
    .runs[0]!;

describe('dataset.s3', () => {
  it.each([
    ['s3://bucket', 'bucket', ''],
    ['s3://bucket/', 'bucket', ''],
    ['s3://bucket/a/b', 'bucket', 'a/b/'],
    ['s3://my.bucket-1/a b/', 'my.bucket-1', 'a b/'],
  ])('%s', (uri, bucket, prefix) => expect(placeOf({ uri })).toEqual({ bucket, prefix }));

  it('knows how many partitions there are only when the scenario says it', () => {
    expect(plan('{uri: "s3://bucket/a"}').dataset.files).toBeUndefined();
    const counted = plan('{uri: "s3://bucket/a", count: 4}', `expect: {results: {count: "\${files}"}}\n`);
    expect(counted.scenario.expect.results).toEqual({ count: 4 });
  });

  it('in place is a bucket that the plan neither makes nor renames, but may read', () => {
    const { scenario, dataset } = plan('{uri: "s3://survey/dr17/", inPlace: true}');
    const located = { ...dataset, files: 2, format: 'pt' as const };
    const naming = { bucket: (name: string) => `mine-${name}` };
    const input = renamedBuckets(executionInput({}, located), naming, true);
    expect(input).toMatchObject({
      bucket: 'mine-team4-cosmical',
      data_bucket: 'survey',
      data_prefix: 'dr17',
    });
    const artifacts = {
      target: { platform: 'linux', arch: 'x64' },
      functions: { init: { actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'] } },
      layers: {},
      stateMachines: {},
      objects: [],
    } as unknown as ArtifactSet;
    const spec = deploymentSpec(cosmicAi(), scenario.deploy, input, artifacts, { dataInPlace: true });
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
