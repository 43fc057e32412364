import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { importProject } from '../../../../harness/cli/import-project.ts';
import { HarnessError } from '../../../../harness/core/errors.ts';
import { InvalidDocument, renderDiagnostic } from '../../../../harness/document/diagnostics.ts';
import { loadProject } from '../../../../harness/project/load-project.ts';
import { loadScenario } from '../../../../harness/scenario/load.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/templates', name);

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-import-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const options = { parameter: [] as string[], force: false };
const importInto = (template: string, more: Partial<typeof options> = {}) =>
  importProject(template, { ...options, ...more, out: join(folder, 'cosmicai.yaml') });

/** `line message` of every mistake. */
function mistakesOf(template: string, files: Record<string, string> = {}): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'template.yaml'), template);
  try {
    importInto(join(folder, 'template.yaml'));
  } catch (error) {
    expect((error as HarnessError).exitCode).toBe(2);
    if (!(error instanceof InvalidDocument)) throw error;
    for (const one of error.diagnostics) expect(renderDiagnostic(one)).toContain('^');
    return error.diagnostics.map(({ line, message }) => `${line} ${message}`);
  }
  return [];
}

describe('cosmicai import', () => {
  it('writes an explicit project, lists stubs and drafts mocks that a scenario accepts', () => {
    cpSync(fixture('cfn-stubs'), join(folder, 'stack'), { recursive: true });
    importInto(join(folder, 'stack/template.yaml'));
    expect(printed).toContain('cosmicai.yaml is the project stack: 1 state machine.');
    expect(printed).toContain('Table  AWS::DynamoDB::Table');
    expect(printed).toContain('Java  AWS::Lambda::Function: the runtime java21 is not served');
    expect(printed).toContain('Flow: Put calls dynamodb:putItem');
    expect(printed).toContain('Flow: Call calls the function stack-Java');
    expect(Object.keys(loadProject(folder).stateMachines)).toEqual(['Flow']);
    const { runs } = loadScenario(join(folder, 'scenarios/imported.yaml'));
    expect(Object.keys(runs[0]!.scenario.mocks!)).toEqual(['Put', 'Send', 'Call']);
  });

  it('keeps files that exist unless it is forced', () => {
    const template = join(fixture('cfn-express'), 'template.yaml');
    importInto(template);
    expect(() => importInto(template)).toThrow(/exist already/);
    importInto(template, { force: true });
    expect(existsSync(join(folder, 'statemachines/Flow.asl.json'))).toBe(true);
  });

  it('takes parameters from the command line', () => {
    importInto(join(fixture('cfn-json'), 'template.json'), { parameter: ['Stage=prod'] });
    expect(readFileSync(join(folder, 'statemachines/Flow.asl.json'), 'utf8')).toContain('"limit": 50');
    expect(() => importInto('x', { parameter: ['Stage'] })).toThrow(/not of the form NAME=VALUE/);
  });

  it('reports code, definitions and files that are missing, all at once', () => {
    expect(
      mistakesOf(`Transform: AWS::Serverless-2016-10-31
Resources:
  A: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs20.x, Handler: index.handler, CodeUri: gone } }
  B: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs20.x, Handler: index.handler, CodeUri: "s3://b/k.zip" } }
  C: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: gone.asl.json } }
  D: { Type: AWS::Serverless::StateMachine, Properties: {} }
  E: { Type: AWS::Serverless::Funktion }
  F: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs20.x, Handler: i.h, InlineCode: x, Policies: [{ S3ReedPolicy: {} }, { S3ReadPolicy: {} }] } }
  G: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: "{" } }
`),
    ).toEqual([
      '3 A.Code: the code gone of A does not exist',
      '4 B.Code: the code of B lies in S3 (s3://b/k.zip), and no package of that name is beside the template',
      '5 C.DefinitionUri: the definition gone.asl.json of the state machine C does not exist',
      '6 D: a state machine needs Definition or DefinitionUri',
      '6 D: the state machine D has no definition',
      '7 E: AWS SAM has no type AWS::Serverless::Funktion',
      '8 F.Policies: there is no policy template S3ReedPolicy',
      '8 F.Policies: the policy template S3ReadPolicy needs BucketName',
      expect.stringMatching(/^9 G.DefinitionString: the definition of G is malformed JSON/),
    ]);
  });

  it('reports what a project refuses at the resource of the template', () => {
    const files = { 'src/index.js': 'exports.handler = async () => 1;\n' };
    expect(
      mistakesOf(
        `Resources:\n  Role: { Type: AWS::IAM::Role }\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties: { Runtime: nodejs20.x, Handler: index.other, Code: src, Role: !GetAtt Role.Arn }\n`,
        files,
      ),
    ).toEqual([expect.stringContaining('the handler index.other of the function Fn is missing')]);
  });

  it('refuses what is no template', () => {
    expect(mistakesOf('service: x\n')).toEqual([
      '1 a CloudFormation template is a group of fields with Resources',
    ]);
    expect(mistakesOf('Resources: [\n')[0]).toContain('malformed');
    expect(() => importInto(join(folder, 'absent.yaml'))).toThrow(HarnessError);
  });
});
