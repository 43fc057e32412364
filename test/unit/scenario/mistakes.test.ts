/** Two dozen mistakes people make in YAML, each with its place, the nearest name and what is allowed. */

import { describe, expect, it } from 'vitest';
import { InvalidDocument } from '../../../harness/document/diagnostics.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { readScenario } from '../../../harness/scenario/load.ts';

registerPacks();

const HEAD =
  'apiVersion: cosmicai/v1\nkind: Scenario\nname: x\ndataset: {generate: {samples: 4, count: 1}}\n';

/** `line:column message | hint` of every mistake found. */
function told(text: string): string[] {
  try {
    readScenario('s.yaml', text);
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    return error.diagnostics.map(
      ({ line, column, message, hint = '' }) => `${line}:${column} ${message} | ${hint}`,
    );
  }
  return [];
}

describe('what is told of a mistake', () => {
  it.each<[string, string, RegExp]>([
    ['an empty file', '', /^1:1 the file is empty \| "cosmicai init"/],
    ['a comment alone', '# nothing\n', /the file is empty/],
    ['a list', '- a\n- b\n', /a scenario is a group of fields/],
    ['a binary file', 'a\0b', /no text in UTF-8/],
    [
      'several documents',
      'a: 1\n---\nb: 2\n',
      /^2:1 the file holds several documents, and only one is read \| Put/,
    ],
    ['a tab', '\tname: x\n', /^1:1 .*Tabs are not allowed/],
    ['a key twice', `${HEAD}name: y\n`, /^5:1 .*keys must be unique/],
    [
      'a dataset in S3 that is no address',
      `${HEAD.replace('{generate: {samples: 4, count: 1}}', '{s3: {uri: survey/dr17}}')}`,
      /^4:21 dataset\.s3\.uri: it reads s3:\/\/BUCKET\/PREFIX\//,
    ],
    [
      'a dataset in S3 with a field misspelt',
      `${HEAD.replace('{generate: {samples: 4, count: 1}}', '{s3: {uri: "s3://survey/dr17", inplace: true}}')}`,
      /^4:41 .*Did you mean "inPlace"\?/,
    ],
    [
      'two places of a dataset',
      `${HEAD.replace('count: 1}}', 'count: 1}, folder: x}')}`,
      /dataset needs one of "generate", "folder", "s3", "files", "csv" and "jsonl"/,
    ],
    [
      'an endpoint of data in place',
      `${HEAD.replace('{generate: {samples: 4, count: 1}}', '{s3: {uri: "s3://survey/dr17", inPlace: true, endpoint: "http://127.0.0.1:1"}}')}`,
      /dataset\.s3\.inPlace reads where the run is: "endpoint" is not for it/,
    ],
    [
      'damage to a dataset that is not listed yet',
      `${HEAD.replace('{generate: {samples: 4, count: 1}}', '{s3: {uri: "s3://survey/dr17"}, damage: [{partition: 1, kind: nan}]}')}`,
      /dataset\.damage needs dataset\.s3\.count/,
    ],
    [
      'the number of files of a dataset that is not listed yet',
      `${HEAD.replace('{generate: {samples: 4, count: 1}}', '{s3: {uri: "s3://survey/dr17"}}')}expect: {results: {count: "\${files}"}}\n`,
      /\$\{files\} is not known \| .*dataset\.s3\.count tells it/,
    ],
    ['a bracket in a flow text', `${HEAD}tags: [{a: b [c] }]\nseed: [\n`, /^5:\d+ the YAML is malformed/],
    ['an open bracket', `${HEAD}tags: [a\n`, /^\d:\d+ the YAML is malformed/],
    [
      'an alias without anchor',
      `${HEAD}seed: *nope\n`,
      /^5:7 \*nope names no anchor \| Anchors before it: none/,
    ],
    [
      'an alias misspelt',
      `${HEAD}seed: &seeds 7\nexecution: {timeoutSeconds: *seed}\n`,
      /^6:29 .*Did you mean \*seeds\?/,
    ],
    [
      'a field at the top',
      `${HEAD}thresold: {}\n`,
      /^5:1 thresold is not a known field \| Did you mean "thresholds"\?/,
    ],
    ['a field of expect', `${HEAD}expect: {jsonatas: []}\n`, /^5:10 .*Did you mean "jsonata"\?/],
    [
      'a field of a fault',
      `${HEAD}faults: [{on: s3.GetObject, trow: SlowDown}]\n`,
      /^5:29 .*Did you mean "throw"\?/,
    ],
    ['a step', `${HEAD}steps: [{exeute: {}}]\n`, /^5:10 .*Did you mean "execute"\?/],
    ['a quota', `${HEAD}limits: {sfnPayloadByte: 3}\n`, /^5:10 .*Did you mean "sfnPayloadBytes"\?/],
    [
      'a field within a choice of groups',
      `${HEAD}expect: {objects: [{key: a, conten: 3}]}\n`,
      /^5:29 .*Did you mean "content"\?/,
    ],
    [
      'a function',
      `${HEAD}expect: {invocations: {inferrence: {count: 1}}}\n`,
      /^5:24 the project has no function "inferrence" \| Did you mean "inference"\? Functions: init, inference, summarize/,
    ],
    [
      'a value',
      `${HEAD}iam: enforced\n`,
      /^5:6 iam cannot be enforced \| Did you mean "enforce"\? Allowed values: off, warn, enforce/,
    ],
    ['a type', `${HEAD}seed: often\n`, /^5:7 seed must be a/],
    [
      'a type in a choice',
      `${HEAD}expect: {complete: maybe}\n`,
      /^5:20 expect\.complete must be true or false or a group of fields/,
    ],
    ['a matrix that is a list', `${HEAD}matrix: [1]\n`, /^5:9 matrix must be a group of fields, not a list/],
    [
      'a reference to no axis',
      `${HEAD}matrix: {size: [1]}\nseed: "\${sise}"\n`,
      /^6:7 \$\{sise\} is not known \| Did you mean \$\{size\}\?/,
    ],
    [
      'an unknown metric of a comparison',
      `${HEAD}expect: {baseline: {file: b.json, compare: {max(nothing): {rise: 1 %}}}}\n`,
      /"nothing" is no metric/,
    ],
    [
      'a function of a metric',
      `${HEAD}thresholds: {max(function.infer.duration): {lt: 3 s}}\n`,
      /the project has no function "infer"/,
    ],
    [
      'a name with a hyphen without quotes',
      `${HEAD}thresholds: {max(function.order-etl.duration): {lt: 3 s}}\n`,
      /a name with hyphens or spaces is quoted/,
    ],
    [
      'a machine',
      `${HEAD}steps: [{execute: {stateMachine: pipe}}]\n`,
      /the project has no state machine "pipe" \| .*State machines: pipeline/,
    ],
    [
      'an alias within its own anchor',
      `${HEAD}execution: {input: &a {b: [*a]}}\n`,
      /an alias stands within its own anchor/,
    ],
    ['an axis called __proto__', `${HEAD}matrix: {__proto__: [1, 2]}\n`, /"__proto__" is no name/],
    [
      'a matrix of too many runs',
      `${HEAD}matrix: {${Array.from({ length: 8 }, (_, i) => `a${i}: [${Array.from({ length: 30 }, (_, j) => j)}]`).join(', ')}}\n`,
      /the matrix has 656,100,000,000 runs \(30 x 30 x/,
    ],
    [
      'a unit',
      `${HEAD}thresholds: {coldStarts: {lt: 3 parsec}}\n`,
      /"3 parsec" is not a number with a known unit/,
    ],
    [
      'a unit that does not fit',
      `${HEAD}thresholds: {max(memory): {lt: 3 s}}\n`,
      /^5:27 .*a value in MB is needed/,
    ],
    [
      'a metric',
      `${HEAD}thresholds: {p95(inference.durration): {lt: 3 s}}\n`,
      /did you mean "inference\.duration"/,
    ],
    [
      'an open parenthesis',
      `${HEAD}thresholds: {"p95(inference.duration": {lt: 3 s}}\n`,
      /a "\)" is missing/,
    ],
    ['an aggregate', `${HEAD}thresholds: {avg(inference.duration): {lt: 3 s}}\n`, /"avg" is no aggregate/],
    ['a regular expression', `${HEAD}expect: {logs: [{matches: "("}]}\n`, /Invalid regular expression/],
    [
      'an action',
      `${HEAD}deploy: {deny: {functions: [PutObject]}}\n`,
      /service:Action, such as s3:PutObject/,
    ],
    [
      'a payload of nothing',
      `${HEAD}expect: {invocations: {init: {payload: [{count: 1}]}}}\n`,
      /^5:41 .*a payload needs "match" or "that"/,
    ],
    [
      'a field of a payload',
      `${HEAD}expect: {invocations: {init: {payload: [{macth: {}}]}}}\n`,
      /^5:42 .*Did you mean "match"\? Fields here: match, that, count/,
    ],
    [
      'a keyword of a JSON Schema',
      `${HEAD}expect:\n  objects:\n    - key: a\n      schema:\n        properties: {b: {requird: [c]}}\n`,
      /^9:26 expect\.objects\[0\]\.schema: "requird" is no keyword of JSON Schema; did you mean "required"/,
    ],
    [
      'a type of a JSON Schema',
      `${HEAD}expect:\n  objects:\n    - key: a\n      schema: {type: objct}\n`,
      /^8:16 .*must be equal to one of the allowed values: "array", "boolean"/,
    ],
    [
      'a JSON Schema that is not there',
      `${HEAD}expect: {objects: [{key: a, schema: none.json}]}\n`,
      /^5:37 the file none\.json does not exist/,
    ],
    [
      'a JSON Schema that is none',
      `${HEAD}expect: {objects: [{key: a, schema: README.md}]}\n`,
      /^5:37 README\.md holds no JSON/,
    ],
    [
      'a field of a reference',
      `${HEAD}expect: {predictions: {reference: {file: z.json, tolerence: 1}}}\n`,
      /^5:50 .*Did you mean "tolerance"\?/,
    ],
    [
      'a state',
      `${HEAD}expect: {states: {Sumarize: {visits: 1}}}\n`,
      /^5:19 the state machine has no state "Sumarize" \| Did you mean "Summarize"\? States: Initialize, /,
    ],
    ['a mocked state', `${HEAD}mocks: {Initialise: [{return: 1}]}\n`, /Did you mean "Initialize"\?/],
    [
      'the state of a metric',
      `${HEAD}thresholds:\n  max(state."Model Inferense".duration): {lt: 3 s}\n`,
      /^6:3 the state machine has no state "Model Inferense" \| Did you mean "Model Inference"\?/,
    ],
    [
      'a figure of a state',
      `${HEAD}thresholds: {state.Summarize.visit: {eq: 1}}\n`,
      /of a state there are duration, visits, retries; did you mean "visits"/,
    ],
    [
      'a file to put that is not there',
      `${HEAD}steps: [{put: {key: a, file: none.txt}}, {execute: {}}]\n`,
      /^5:30 the file none\.txt does not exist \| It is relative to the scenario/,
    ],
    [
      "a file to put outside the project's folder",
      `${HEAD}steps: [{put: {key: a, file: ../../elsewhere.txt}}, {execute: {}}]\n`,
      /^5:30 the file \.\.\/\.\.\/elsewhere\.txt lies outside the project's folder/,
    ],
  ])('%s', (_, text, expected) => {
    const found = told(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});
