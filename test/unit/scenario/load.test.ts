import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../harness/core/errors.ts';
import { InvalidDocument, renderDiagnostic } from '../../../harness/document/diagnostics.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { readScenario } from '../../../harness/scenario/load.ts';

registerPacks();

const HEAD = `apiVersion: cosmicai/v1
kind: Scenario
name: sample
`;
const DATA = `dataset:
  generate: {format: pt, samples: 8, count: 2}
`;

const load = (text: string) => readScenario('scenarios/sample.yaml', text);

function mistakes(text: string) {
  try {
    load(text);
  } catch (error) {
    if (error instanceof InvalidDocument) return error.diagnostics;
    throw error;
  }
  throw new Error('no mistake was found');
}

describe('loading a scenario', () => {
  it('fills in every default', () => {
    const { name, runs } = load(HEAD + DATA);
    expect(name).toBe('sample');
    expect(runs).toHaveLength(1);
    expect(runs[0]!.scenario).toMatchObject({
      seed: 7,
      clock: 'wall',
      tags: [],
      execution: { input: {}, timeoutSeconds: 900 },
      expect: { status: 'SUCCEEDED' },
      thresholds: {},
    });
    expect(runs[0]!.dataset).toMatchObject({ files: 2, variables: { files: 2, samples: 16 } });
  });

  it('needs no dataset', () => {
    expect(load(HEAD).runs[0]!.dataset).toBeUndefined();
  });

  it('names unknown fields even when a required one is missing too', () => {
    const text = `apiVersion: cosmicai/v1\nkind: Scenario\nstepz: []\nexpect: {outputs: {}}\n${DATA}`;
    const messages = mistakes(text).map(({ message }) => message);
    expect(messages).toEqual(
      expect.arrayContaining([
        'stepz is not a known field',
        'expect.outputs is not a known field',
        'the file needs the field "name"',
      ]),
    );
  });

  it.each([
    ['25', '1 GB', 41],
    ['50', '1 GB', 21],
    ['75', '1 GB', 14],
    ['100', '1 GB', 11],
    ['25', '12.6 GB', 517],
    ['50', '12.6 GB', 259],
    ['75', '12.6 GB', 173],
    ['100', '12.6 GB', 130],
    ['25', '300 MB', 12],
    ['100', '300 MB', 3],
  ])('%s MB partitions of %s are %i files, as published', (size, total, files) => {
    const { runs } = load(`${HEAD}dataset:\n  generate: {partitionMB: ${size}, total: ${total}}\n`);
    expect(runs[0]!.dataset?.files).toBe(files);
  });

  it('expands the matrix and substitutes with types kept', () => {
    const { runs } = load(`${HEAD}matrix:
  partitionMB: [25, 50]
  data: [100 MB]
dataset:
  generate: {partitionMB: "\${partitionMB}", total: "\${data}"}
execution:
  input: {result_path: "r/\${partitionMB}MB", file_limit: "\${files}"}
expect:
  results: {count: "\${files}"}
  output: {body: {total_samples: "\${samples}"}}
`);
    expect(runs.map((run) => run.cell)).toEqual([
      { partitionMB: 25, data: '100 MB' },
      { partitionMB: 50, data: '100 MB' },
    ]);
    expect(runs[0]!.scenario.execution.input).toEqual({ result_path: 'r/25MB', file_limit: 4 });
    expect(runs[1]!.scenario.expect.results).toEqual({ count: 2 });
    expect(runs[0]!.scenario.expect.output).toEqual({ body: { total_samples: 4 * 1278 } });
  });

  it('replaces an axis from outside, and only one that exists', () => {
    const text = `${HEAD}matrix: {samples: [8, 16]}\ndataset:\n  generate: {samples: "\${samples}", count: 1}\n`;
    const { runs } = readScenario('a.yaml', text, { samples: [4] });
    expect(runs.map((run) => run.dataset?.variables['samples'])).toEqual([4]);
    expect(() => readScenario('a.yaml', text, { sample: [4] })).toThrow(HarnessError);
  });
});

describe('mistakes in a scenario', () => {
  // Each row: what is wrong, the text, line, column, message, hint.
  it.each<[string, string, number, number, RegExp, RegExp?]>([
    [
      'unknown field',
      `${HEAD}datset: {}\n${DATA}`,
      4,
      1,
      /datset is not a known field/,
      /Did you mean "dataset"\?/,
    ],
    [
      'unknown nested field',
      `${HEAD}${DATA}expect:\n  stauts: FAILED\n`,
      7,
      3,
      /expect\.stauts is not a known field/,
      /Did you mean "status"\? Fields here: status, error, cause/,
    ],
    [
      'unknown field in a flow mapping',
      `${HEAD}dataset:\n  generate: {format: pt, sample: 8, count: 2}\n`,
      5,
      26,
      /dataset\.generate\.sample is not a known field/,
      /"samples"/,
    ],
    [
      'value that is not allowed',
      `${HEAD}${DATA}expect:\n  status: SUCEEDED\n`,
      7,
      11,
      /expect\.status cannot be SUCEEDED/,
      /Did you mean "SUCCEEDED"\? Allowed values: SUCCEEDED, FAILED/,
    ],
    [
      'wrong version',
      HEAD.replace('/v1', '/v2') + DATA,
      1,
      13,
      /apiVersion must be cosmicai\/v1, not cosmicai\/v2/,
    ],
    ['missing name', HEAD.replace('name: sample\n', '') + DATA, 1, 1, /the file needs the field "name"/],
    ['bad name', HEAD.replace('sample', 'My Scenario') + DATA, 3, 7, /lower-case letters/],
    [
      'wrong type',
      `${HEAD}seed: often\n${DATA}`,
      4,
      7,
      /seed must be a whole number, not the text "often"|seed must be a number, not the text "often"/,
    ],
    [
      'out of range',
      `${HEAD}${DATA}deploy: {memoryMB: 64}\n`,
      6,
      20,
      /deploy\.memoryMB must be at least 128/,
    ],
    [
      'partition size that was never published',
      `${HEAD}dataset:\n  generate: {partitionMB: 30, count: 1}\n`,
      5,
      27,
      /partitionMB cannot be 30/,
      /Allowed values: 25, 50, 75, 100/,
    ],
    ['no size', `${HEAD}dataset:\n  generate: {count: 1}\n`, 5, 13, /one of "partitionMB" and "samples"/],
    [
      'size without unit',
      `${HEAD}dataset:\n  generate: {partitionMB: 25, total: "300"}\n`,
      5,
      38,
      /"300" is not a size/,
    ],
    [
      'unknown variable',
      `${HEAD}matrix: {size: [25]}\ndataset:\n  generate: {partitionMB: "\${sise}", count: 1}\n`,
      6,
      27,
      /\$\{sise\} is not known/,
      /Did you mean \$\{size\}\?/,
    ],
    ['malformed YAML', `${HEAD}dataset: [\n`, 5, 1, /YAML is malformed/],
    ['a key twice', `${HEAD}name: other\n${DATA}`, 4, 1, /YAML is malformed: Map keys must be unique/],
    ['a list instead of a scenario', '- a\n', 1, 1, /a scenario is a group of fields/],
    [
      'unknown metric',
      `${HEAD}${DATA}thresholds:\n  p95(inference.durations): {lt: 20 s}\n`,
      7,
      3,
      /"inference\.durations" is no metric; did you mean "inference\.duration"/,
      /Metrics: /,
    ],
    [
      'metric without aggregate',
      `${HEAD}${DATA}thresholds:\n  memory: {lt: 1 GB}\n`,
      7,
      3,
      /needs an aggregate/,
    ],
    [
      'unit that does not fit',
      `${HEAD}${DATA}thresholds:\n  max(memory): {lt: 20 s}\n`,
      7,
      16,
      /a value in MB is needed/,
    ],
    [
      'no unit',
      `${HEAD}${DATA}thresholds:\n  p95(inference.duration): {lt: 20}\n`,
      7,
      28,
      /20 has no unit: a value in s is needed/,
    ],
    [
      'nonsense unit',
      `${HEAD}${DATA}thresholds:\n  max(memory): {lt: 20 parsecs}\n`,
      7,
      21,
      /not a number with a known unit/,
    ],
    [
      'limit without a limit',
      `${HEAD}${DATA}thresholds:\n  max(memory): {soft: true}\n`,
      7,
      16,
      /at least one of/,
    ],
    [
      'damage beyond the dataset',
      `${HEAD}dataset:\n  generate: {samples: 8, count: 2}\n  damage: [{partition: 3, kind: nan}]\n`,
      6,
      24,
      /no partition 3 to damage, the dataset has 2/,
    ],
    [
      'hostile JSON',
      `${HEAD}dataset:\n  generate: {format: json, samples: 8, count: 2}\n  damage: [{partition: 1, kind: hostile}]\n`,
      6,
      33,
      /needs format pt/,
    ],
    ['missing folder', `${HEAD}dataset: {folder: ./nowhere}\n`, 4, 19, /nowhere does not exist/],
    [
      'missing handler',
      `${HEAD}${DATA}deploy: {functions: {init: {source: ./none.ts}}}\n`,
      6,
      37,
      /none\.ts does not exist/,
    ],
    [
      'JSONata that does not parse',
      `${HEAD}${DATA}expect:\n  jsonata:\n    - {name: x, that: "$count("}\n`,
      8,
      23,
      /that/,
    ],
    [
      'cells excluded to nothing',
      `${HEAD}matrix: {a: [1], exclude: [{a: 1}]}\n${DATA}`,
      4,
      1,
      /leaves nothing to run/,
    ],
  ])('%s', (_, text, line, column, message, hint) => {
    const [first] = mistakes(text);
    expect(first!.message).toMatch(message);
    expect({ line: first!.line, column: first!.column }).toEqual({ line, column });
    if (hint) expect(first!.hint).toMatch(hint);
  });

  it('tells all of them at once', () => {
    const found = mistakes(`${HEAD}${DATA}seeed: 3\nexpect: {stauts: FAILED}\n`);
    expect(found.map((one) => one.field)).toEqual(expect.arrayContaining(['seeed', 'expect.stauts']));
  });

  it('shows the line with a caret below the place', () => {
    const [first] = mistakes(`${HEAD}${DATA}expect:\n  stauts: FAILED\n`);
    expect(renderDiagnostic(first!).split('\n').slice(0, 3)).toEqual([
      'scenarios/sample.yaml:7:3: expect.stauts is not a known field.',
      '  7 |   stauts: FAILED',
      '    |   ^',
    ]);
  });

  it('refuses a file of endless aliases', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;
    expect(mistakes(bomb)[0]!.message).toMatch(/refused/);
  });
});
