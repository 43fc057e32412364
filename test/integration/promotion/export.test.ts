/** Templates for teams with tools of their own: they follow their languages and pin everything by digest. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { EXPORTERS } from '../../../harness/promotion/export/index.ts';
import { type Blueprint, blueprintOf } from '../../../harness/promotion/release/blueprint.ts';
import { ARTIFACT_CACHE, cosmicAi } from '../../cosmic-ai.ts';
import { environmentOf } from './rig.ts';

const cfnLint = spawnSync('cfn-lint', ['--version']).status === 0;
if (!cfnLint) process.stderr.write('!! NOT INSTALLED: cfn-lint (its tests are skipped)\n');

let folder: string;
let blueprint: Blueprint;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  const project = cosmicAi();
  const target = { platform: 'linux', arch: 'x64' };
  const artifacts = await buildArtifacts({ project, cacheFolder: ARTIFACT_CACHE, target });
  blueprint = blueprintOf(
    project,
    environmentOf(folder, 'cosmicai-prod', 'logRetentionDays: 30'),
    artifacts,
    {
      partition: 'aws',
      accountId: '123456789012',
      region: 'us-east-1',
    },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const render = (format: keyof typeof EXPORTERS) => EXPORTERS[format].render(blueprint, 'e'.repeat(64));
const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

describe.each(['sam', 'cloudformation'] as const)('%s', (format) => {
  it('pins zips by key and CodeSha256, and names functions by version in the attested definition', () => {
    const { Resources, Metadata } = render(format) as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
      Metadata: { Cosmicai: Record<string, unknown> };
    };
    const text = JSON.stringify(Resources);
    for (const { codeSha256 } of Object.values(blueprint.functions)) {
      expect(text).toContain(`cosmicai/artifacts/sha256/${hex(codeSha256)}.zip`);
      expect(Object.values(Resources)).toContainEqual(
        expect.objectContaining({
          Type: 'AWS::Lambda::Version',
          Properties: expect.objectContaining({ CodeSha256: codeSha256 }),
        }),
      );
    }
    const { Definition, DefinitionSubstitutions } = Resources['PipelineStateMachine']!.Properties as {
      Definition: unknown;
      DefinitionSubstitutions: Record<string, string | { Ref: string }>;
    };
    expect(Definition).toEqual(blueprint.stateMachines['pipeline']!.definition);
    const versions = ['InitFunctionArn', 'InferenceFunctionArn', 'SummarizeFunctionArn'].map(
      (name) => (DefinitionSubstitutions[name] as { Ref: string }).Ref,
    );
    expect(versions.map((id) => Resources[id]!.Type)).toEqual(Array(3).fill('AWS::Lambda::Version'));
    expect(Metadata.Cosmicai['DefinitionSha256']).toEqual({
      pipeline: hex(blueprint.stateMachines['pipeline']!.sha256),
    });
  });

  it.skipIf(!cfnLint)('passes cfn-lint', () => {
    const file = join(folder, `${format}.json`);
    writeFileSync(file, JSON.stringify(render(format), null, 2));
    const { status, stdout } = spawnSync('cfn-lint', ['--non-zero-exit-code', 'error', file], {
      encoding: 'utf8',
    });
    expect(stdout).not.toMatch(/^E\d/m);
    expect(status, stdout).toBe(0);
  });
});

describe('terraform', () => {
  it('pins zips by key and hash, checks every version, and names functions by version', () => {
    const { resource } = render('terraform') as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    for (const [name, { codeSha256 }] of Object.entries(blueprint.functions)) {
      expect(resource['aws_lambda_function']![name]).toMatchObject({
        s3_key: `cosmicai/artifacts/sha256/${hex(codeSha256)}.zip`,
        source_code_hash: codeSha256,
        publish: true,
      });
    }
    const definition = String(resource['aws_sfn_state_machine']!['pipeline']!['definition']);
    const arns = definition.match(/\$\{[^}]+\}/g);
    expect(arns?.sort()).toEqual(
      ['inference', 'init', 'summarize'].map((name) =>
        ['$', `{aws_lambda_function.${name}.qualified_arn}`].join(''),
      ),
    );
    expect(JSON.parse(definition).States.Initialize.Type).toBe('Task');
  });

  it('says twice what Terraform would take for an expression', () => {
    const spoilt = structuredClone(blueprint);
    const text = ['a ', '$', '{not.an} ', '%{expression}'].join('');
    spoilt.functions['init']!.environment = { NOTE: text };
    const { resource } = EXPORTERS.terraform.render(spoilt, '') as {
      resource: { aws_lambda_function: { init: { environment: { variables: { NOTE: string } } } } };
    };
    expect(resource.aws_lambda_function.init.environment.variables.NOTE).toBe(
      ['a ', '$$', '{not.an} ', '%%{expression}'].join(''),
    );
  });
});
