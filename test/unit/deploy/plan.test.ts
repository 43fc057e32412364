import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ArtifactSet } from '../../../harness/artifacts/build-artifacts.ts';
import type { LambdaArtifact } from '../../../harness/artifacts/lambda-artifact.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import { type DeploymentSpec, OWNER_TAG } from '../../../harness/deploy/deployment-spec.ts';
import {
  type FunctionResource,
  planDeployment,
  type RoleResource,
  type StateMachineResource,
} from '../../../harness/deploy/plan.ts';

const lambda = (name: LambdaArtifact['name']): LambdaArtifact => ({
  name,
  zipFile: `/cache/${name}.zip`,
  sha256: `${name}-digest`,
  sizeBytes: 1,
  unzippedBytes: 1,
  entries: [],
  packages: [],
});

const artifacts: ArtifactSet = {
  target: { platform: 'linux', arch: 'arm64' },
  lambdas: { init: lambda('init'), inference: lambda('inference'), summarize: lambda('summarize') },
  stateMachine: {
    definition: JSON.parse(readFileSync(join(packageRoot(), 'statemachine/cosmicai.asl.json'), 'utf8')),
    sha256: 'digest',
    sizeBytes: 1,
  },
  model: {
    files: [{ name: 'model.onnx', file: '/model/model.onnx', sizeBytes: 1, sha256: 'm' }],
    sha256: 'm',
    sizeBytes: 1,
  },
};

const SPEC: DeploymentSpec = {
  prefix: 'cosmicai',
  artifacts,
  workBuckets: ['team4-cosmical'],
  dataBuckets: ['cosmicai-data'],
  modelFolder: 'Anomaly Detection/',
  maxConcurrency: 40,
  tags: { owner: 'team4' },
};
const ACCOUNT = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };

const plan = planDeployment(SPEC, ACCOUNT);
const all = plan.phases.flat();
const named = <R>(kind: string, name: string) =>
  all.find((one) => one.kind === kind && 'name' in one && one.name === name) as R;

describe('planDeployment', () => {
  it('puts the prefix on every name and says what is made in which order', () => {
    expect(
      plan.phases.map((phase) => phase.map((one) => `${one.kind} ${'name' in one ? one.name : one.key}`)),
    ).toEqual([
      [
        'bucket team4-cosmical',
        'bucket cosmicai-data',
        'role cosmicai-functions',
        'role cosmicai-state-machine',
        'log-group /aws/lambda/cosmicai-init',
        'log-group /aws/lambda/cosmicai-inference',
        'log-group /aws/lambda/cosmicai-summarize',
      ],
      [
        'model-object Anomaly Detection/model.onnx',
        'lambda-function cosmicai-init',
        'lambda-function cosmicai-inference',
        'lambda-function cosmicai-summarize',
      ],
      ['state-machine cosmicai-pipeline'],
    ]);
    expect(plan.tags).toEqual({ owner: 'team4', [OWNER_TAG]: 'cosmicai' });
  });

  it('puts no bundled model into S3, and tells init and inference of it', () => {
    const bundled = planDeployment(
      { ...SPEC, artifacts: { ...artifacts, model: { ...artifacts.model, bundled: 'model.onnx' } } },
      ACCOUNT,
    ).phases.flat();
    expect(bundled.some(({ kind }) => kind === 'model-object')).toBe(false);
    const environments = bundled.flatMap((one) => (one.kind === 'lambda-function' ? [one.environment] : []));
    const told = { MODEL_BUNDLED: 'model.onnx', MODEL_SHA256: 'm' };
    expect(environments).toMatchObject([told, told, {}]);
    expect(environments[2]).not.toHaveProperty('MODEL_BUNDLED');
  });

  it('is the same for the same spec', () => {
    expect(JSON.stringify(planDeployment(SPEC, ACCOUNT))).toBe(JSON.stringify(plan));
  });

  it('sizes the functions as the original did, and as the spec says otherwise', () => {
    const inference = named<FunctionResource>('lambda-function', 'cosmicai-inference');
    expect(inference).toMatchObject({
      memoryMB: 10_240,
      timeoutSeconds: 900,
      architecture: 'arm64',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      roleArn: 'arn:aws:iam::111122223333:role/cosmicai-functions',
    });
    const other = planDeployment(
      { ...SPEC, functions: { inference: { memoryMB: 3008, environment: { A: 'b' } } } },
      ACCOUNT,
    );
    const changed = other.phases
      .flat()
      .find((one) => one.kind === 'lambda-function' && one.name.endsWith('inference'));
    expect(changed).toMatchObject({ memoryMB: 3008, environment: { A: 'b' } });
    expect(named<FunctionResource>('lambda-function', 'cosmicai-init').environment['MAX_CONCURRENCY']).toBe(
      '40',
    );
  });

  it('leaves no placeholder in the definition', () => {
    const { definition } = named<StateMachineResource>('state-machine', 'cosmicai-pipeline');
    const text = JSON.stringify(definition);
    expect(text).not.toContain('${');
    expect(text).toContain('arn:aws:lambda:eu-west-1:111122223333:function:cosmicai-inference');
    expect(text).toContain('"ExecutionType":"STANDARD"');
    const express = planDeployment({ ...SPEC, mapExecutionType: 'EXPRESS' }, ACCOUNT);
    expect(JSON.stringify(express.phases)).toContain('"ExecutionType":"EXPRESS"');
  });

  it('grants least rights: no wildcard alone, writing to work buckets only, children of the own machine', () => {
    const policies = ['cosmicai-functions', 'cosmicai-state-machine'].map(
      (name) => named<RoleResource>('role', name).policy,
    );
    const statements = policies.flatMap(
      (policy) => policy['Statement'] as { Action: string[]; Resource: string[] }[],
    );
    expect(statements.flatMap(({ Resource }) => Resource)).not.toContain('*');
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.endsWith('*'))).toEqual([]);
    const resourcesOf = (action: string) =>
      statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    expect(resourcesOf('s3:PutObject').every((arn) => arn.startsWith('arn:aws:s3:::team4-cosmical/'))).toBe(
      true,
    );
    expect(resourcesOf('states:StartExecution')).toEqual([
      'arn:aws:states:eu-west-1:111122223333:stateMachine:cosmicai-pipeline',
    ]);
    expect(resourcesOf('lambda:InvokeFunction')).toContain(
      'arn:aws:lambda:eu-west-1:111122223333:function:cosmicai-summarize',
    );
  });
});
