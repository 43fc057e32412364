import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidDocument, renderDiagnostic } from '../../../harness/document/diagnostics.ts';
import { findProjectFile } from '../../../harness/project/find-project.ts';
import { projectJsonSchema } from '../../../harness/project/json-schema.ts';
import { loadProject } from '../../../harness/project/load-project.ts';
import { inputWithParameters } from '../../../harness/project/resolve-input.ts';

const hole = (name: string) => `\${${name}}`;
const task = (placeholder: string) =>
  JSON.stringify(
    {
      StartAt: 'Work',
      States: { Work: { Type: 'Task', Resource: hole(placeholder), End: true } },
    },
    null,
    2,
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-project-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const HEAD = 'apiVersion: cosmicai/v1\nkind: Project\nname: orders\n';
const FILES = {
  'functions/prepare/app.py': 'def handler(event, context):\n    return event\n',
  'functions/enrich/index.mjs': 'export const handler = async (event) => event;\n',
  'functions/report/index.ts': 'export const handler = async (event: unknown) => event;\n',
  'orders.asl.json': task('PrepareFunctionArn'),
};

/** `line:column message | hint` of every mistake. */
function mistakesOf(text: string): string[] {
  write({ 'cosmicai.yaml': text });
  try {
    loadProject(folder, { packs: ['redshift'] });
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    expect(error.exitCode).toBe(2);
    for (const one of error.diagnostics) expect(renderDiagnostic(one)).toContain('^');
    return error.diagnostics.map(
      ({ file, line, message, hint }) =>
        `${file.split('/').at(-1)}:${line} ${message}${hint ? ` | ${hint}` : ''}`,
    );
  }
  return [];
}

describe('loadProject', () => {
  it('resolves functions of every kind, machines, buckets and references', () => {
    write({
      ...FILES,
      'cosmicai.yaml': `${HEAD}functions:
  Prepare: { runtime: python3.11, handler: app.handler, code: functions/prepare, memoryMB: 256, environment: { OUT: orders-out, MODE: fast } }
  Enrich: { runtime: nodejs22.x, handler: index.handler, code: functions/enrich }
  Report: { runtime: nodejs22.x, handler: index.handler, code: functions/report/index.ts }
stateMachines:
  orders: { definition: orders.asl.json, substitutions: { PrepareFunctionArn: Prepare } }
buckets: [orders-in, orders-out]
`,
    });
    const project = loadProject(join(folder, 'functions'));
    expect(project.name).toBe('orders');
    expect(project.folder).toBe(folder);
    const { Prepare, Enrich, Report } = project.functions;
    expect([Prepare!.code.kind, Enrich!.code.kind, Report!.code.kind]).toEqual([
      'python-folder',
      'node-folder',
      'node-bundle',
    ]);
    expect(Prepare!.memoryMB).toBe(256);
    expect(Prepare!.environment).toEqual({
      OUT: { kind: 'bucket', name: 'orders-out', attribute: 'name' },
      MODE: { kind: 'literal', value: 'fast' },
    });
    expect(project.stateMachines['orders']!.substitutions).toEqual({
      PrepareFunctionArn: { kind: 'function', name: 'Prepare', attribute: 'arn' },
    });
    expect(Object.keys(project.buckets)).toEqual(['orders-in', 'orders-out']);
  });

  it('finds the project file upwards, and says where it looked when there is none', () => {
    write({ ...FILES, 'cosmicai.yaml': HEAD });
    const nested = join(folder, 'functions/prepare/app.py');
    expect(findProjectFile(nested)).toBe(join(folder, 'cosmicai.yaml'));
    rmSync(join(folder, 'cosmicai.yaml'));
    expect(() => loadProject(nested)).toThrow(`no cosmicai.yaml was found at or above ${nested}`);
  });

  it('tells all mistakes of a file at once', () => {
    write(FILES);
    const mistakes = mistakesOf(`${HEAD}pack: redshft
functions:
  Gone: { runtime: python3.11, handler: app.handler, code: functions/prepar }
  NoFile: { runtime: python3.11, handler: main.handler, code: functions/prepare }
  NoExport: { runtime: nodejs22.x, handler: index.run, code: functions/enrich }
  Odd: { runtime: python3.99, handler: app.handler, code: functions/prepare }
  Layered: { runtime: nodejs22.x, code: functions/enrich, layers: [shared], memorMB: 1 }
stateMachines:
  one: { definition: orders.asl.json, substitutions: { PrepareFunctionArn: NoFil, Spare: NoFile } }
  two: orders.asl.json
  one: orders.asl.json
buckets:
  in-bucket: { notifications: [{ function: Nobody }] }
`);
    const all = mistakes.join('\n');
    expect(all).toContain('cosmicai.yaml:4 there is no pack named redshft | did you mean redshift?');
    expect(all).toContain(
      'cosmicai.yaml:6 the folder functions/prepar of the function Gone does not exist | did you mean prepare?',
    );
    expect(all).toContain(
      'cosmicai.yaml:7 the handler main.handler of the function NoFile needs main.py in functions/prepare, which is not there | files there: app.py',
    );
    expect(all).toContain(
      'cosmicai.yaml:8 the handler index.run of the function NoExport is missing: index.mjs has nothing named run',
    );
    expect(all).toMatch(
      /cosmicai\.yaml:9 functions\.Odd\.runtime cannot be python3\.99 \| Did you mean "python3\.9"\?/,
    );
    expect(all).toMatch(
      /cosmicai\.yaml:10 functions\.Layered\.memorMB is not a known field \| Did you mean "memoryMB"\?/,
    );
    expect(all).toContain('stateMachines has two entries named one; the other is on line 12');
    expect(all).toContain('the project has no function named Nobody');
    expect(all).toContain(
      `orders.asl.json:6 the placeholder ${hole('PrepareFunctionArn')} of the state machine two is unresolved`,
    );
  });

  it('rejects substitutions that are unused or name nothing', () => {
    write(FILES);
    const mistakes = mistakesOf(`${HEAD}functions:
  Prepare: { runtime: python3.11, handler: app.handler, code: functions/prepare }
stateMachines:
  one: { definition: orders.asl.json, substitutions: { PrepareFunctionArn: Prepar, Spare: Prepare } }
`);
    expect(mistakes).toEqual([
      'cosmicai.yaml:7 the substitution PrepareFunctionArn cannot be resolved: no function, state machine, bucket or activity is named Prepar | did you mean Prepare? A text that names nothing is written {literal: Prepar}.',
      `cosmicai.yaml:7 the substitution Spare of the state machine one is unused: its definition has no ${hole('Spare')} | remove it, or use it; the definition has ${hole('PrepareFunctionArn')}`,
    ]);
  });

  it('tells what Step Functions would refuse, at its line of the definition', () => {
    write({
      ...FILES,
      'bad.asl.yaml': 'StartAt: Work\nStates:\n  Work:\n    Type: Pass\n    Next: Nowhere\n',
    });
    const mistakes = mistakesOf(`${HEAD}stateMachines: { one: bad.asl.yaml }\n`);
    expect(mistakes.join('\n')).toMatch(
      /bad\.asl\.yaml:5 Step Functions refuses the definition: .*\(MISSING_TRANSITION_TARGET\)/,
    );
  });

  it('fills parameters into the default input with their types', () => {
    write({
      'cosmicai.yaml': `${HEAD}input:
  default: { rows: "${hole('rows')}", key: "run-${hole('rows')}.csv", all: ["${hole('deep')}"] }
  parameters: { rows: 20, deep: { default: { a: 1 } } }
`,
    });
    const { input } = loadProject(folder);
    expect(inputWithParameters(input!)).toEqual({ rows: 20, key: 'run-20.csv', all: [{ a: 1 }] });
    expect(inputWithParameters(input!, { rows: 7 })).toMatchObject({ rows: 7, key: 'run-7.csv' });
  });

  it("loads this repository's own project", () => {
    const project = loadProject('scenarios/tiny.yaml', { packs: ['redshift'] });
    expect(Object.keys(project.functions)).toEqual(['init', 'inference', 'summarize']);
  });
});

it('keeps the JSON Schema up to date: npx cosmicai schema --project > scenarios/project.schema.json', () => {
  expect(JSON.parse(readFileSync('scenarios/project.schema.json', 'utf8'))).toEqual(projectJsonSchema());
});
