import { describe, expect, it } from 'vitest';
import type { ArtifactSet } from '../../../harness/artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../../../harness/artifacts/code-artifact.ts';
import { type DeploymentSpec, OWNER_TAG } from '../../../harness/deploy/deployment-spec.ts';
import { planDeployment } from '../../../harness/deploy/plan.ts';
import type {
  FunctionResource,
  RoleResource,
  StateMachineResource,
} from '../../../harness/deploy/resource.ts';
import { overlayProject } from '../../../harness/project/overlay-project.ts';
import { cosmicAi } from '../../cosmic-ai.ts';

const code = (name: string, actions: string[] = []): CodeArtifact => ({
  name,
  zipFile: `/cache/${name}.zip`,
  sha256: `${name}-digest`,
  sizeBytes: 1,
  unzippedBytes: 1,
  entries: [],
  packages: [],
  actions,
});

const project = cosmicAi();
const artifacts: ArtifactSet = {
  target: { platform: 'linux', arch: 'arm64' },
  functions: {
    init: code('init', ['s3:ListBucket', 's3:PutObject']),
    inference: code('inference', ['s3:GetObject', 's3:PutObject']),
    summarize: code('summarize', ['s3:GetObject']),
  },
  layers: {},
  stateMachines: {},
  objects: [
    {
      bucket: 'team4-cosmical',
      prefix: 'Anomaly Detection/',
      name: 'model.onnx',
      file: '/model/model.onnx',
      sizeBytes: 1,
      sha256: 'm',
    },
  ],
};

const SPEC: DeploymentSpec = { project, prefix: 'cosmicai', artifacts, tags: { owner: 'team4' } };
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
        'role cosmicai-init-function',
        'role cosmicai-inference-function',
        'role cosmicai-summarize-function',
        'role cosmicai-pipeline-states',
        'log-group /aws/lambda/cosmicai-init',
        'log-group /aws/lambda/cosmicai-inference',
        'log-group /aws/lambda/cosmicai-summarize',
      ],
      ['object Anomaly Detection/model.onnx'],
      [
        'lambda-function cosmicai-init',
        'lambda-function cosmicai-inference',
        'lambda-function cosmicai-summarize',
      ],
      ['state-machine cosmicai-pipeline'],
    ]);
    expect(plan.tags).toEqual({ owner: 'team4', [OWNER_TAG]: 'cosmicai' });
  });

  it('keeps versioned objects of a release in a folder of their digest, which functions learn', () => {
    const plan = planDeployment({ ...SPEC, versionedObjects: true }, ACCOUNT).phases.flat();
    const [object] = plan.filter((one) => one.kind === 'object');
    expect(object).toMatchObject({
      key: expect.stringMatching(/^Anomaly Detection\/sha256-\w{32}\/model\.onnx$/),
    });
    const environments = plan.flatMap((one) => (one.kind === 'lambda-function' ? [one.environment] : []));
    const version = (object as { key: string }).key.split('/')[1];
    expect(environments.map((one) => one['MODEL_VERSION'])).toEqual([version, version, version]);
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
      roleArn: 'arn:aws:iam::111122223333:role/cosmicai-inference-function',
    });
    const changed = cosmicAi({ functions: { inference: { memoryMB: 3008, environment: { A: 'b' } } } });
    const other = planDeployment({ ...SPEC, project: changed }, ACCOUNT)
      .phases.flat()
      .find((one) => one.kind === 'lambda-function' && one.name.endsWith('inference'));
    expect(other).toMatchObject({ memoryMB: 3008, environment: { A: 'b' } });
  });

  it('leaves no placeholder in the definition', () => {
    const { definition } = named<StateMachineResource>('state-machine', 'cosmicai-pipeline');
    const text = JSON.stringify(definition);
    expect(text).not.toContain('${');
    expect(text).toContain('arn:aws:lambda:eu-west-1:111122223333:function:cosmicai-inference');
    expect(text).toContain('"ExecutionType":"STANDARD"');
    const overlay = { substitutions: { pipeline: { MapExecutionType: 'EXPRESS' } } };
    const express = planDeployment({ ...SPEC, project: overlayProject(project, overlay, '.') }, ACCOUNT);
    expect(JSON.stringify(express.phases)).toContain('"ExecutionType":"EXPRESS"');
  });

  it('grants least rights: no wildcard alone, on buckets of the project only, children of the own machine', () => {
    const policies = [
      'cosmicai-init-function',
      'cosmicai-inference-function',
      'cosmicai-pipeline-states',
    ].map((name) => named<RoleResource>('role', name).policy);
    const statements = policies.flatMap(
      (policy) => policy['Statement'] as { Action: string[]; Resource: string[] }[],
    );
    expect(statements.flatMap(({ Resource }) => Resource)).not.toContain('*');
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.endsWith('*'))).toEqual([]);
    const resourcesOf = (action: string) =>
      statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    expect(
      resourcesOf('s3:PutObject').every((arn) =>
        /^arn:aws:s3:::(?:team4-cosmical|cosmicai-data)\/\*$/.test(arn),
      ),
    ).toBe(true);
    expect(resourcesOf('states:StartExecution')).toEqual([
      'arn:aws:states:eu-west-1:111122223333:stateMachine:cosmicai-pipeline',
    ]);
    expect(resourcesOf('lambda:InvokeFunction')).toContain(
      'arn:aws:lambda:eu-west-1:111122223333:function:cosmicai-summarize',
    );
  });
});
