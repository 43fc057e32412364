import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../harness/core/json.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import {
  placeholdersIn,
  restorePlaceholders,
  substituteDefinition,
} from '../../../harness/project/placeholders.ts';

const machine = JSON.parse(
  readFileSync(join(packageRoot(), 'statemachine', 'cosmicai.asl.json'), 'utf8'),
) as JsonObject;
/** A placeholder. */
const X = '$' + '{X}';
const values = {
  InitFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:p-init:3',
  InferenceFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:p-inference:4',
  SummarizeFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:p-summarize:5',
  MapExecutionType: 'STANDARD',
};

describe('placeholdersIn', () => {
  it('names every placeholder of the pipeline and where it stands', () => {
    expect(placeholdersIn(machine)).toEqual([
      { name: 'InitFunctionArn', at: '/States/Initialize/Parameters/FunctionName' },
      {
        name: 'MapExecutionType',
        at: '/States/Distributed Inference/ItemProcessor/ProcessorConfig/ExecutionType',
      },
      {
        name: 'InferenceFunctionArn',
        at: '/States/Distributed Inference/ItemProcessor/States/Model Inference/Parameters/FunctionName',
      },
      { name: 'SummarizeFunctionArn', at: '/States/Summarize/Parameters/FunctionName' },
    ]);
  });

  it('escapes JSON Pointers', () => {
    expect(placeholdersIn({ 'a/b': { '~': X } })).toEqual([{ name: 'X', at: '/a~1b/~0' }]);
  });
});

describe('restorePlaceholders', () => {
  it('reads back what was put in, and nothing else differs', () => {
    const rendered = substituteDefinition(machine, values);
    expect(restorePlaceholders(machine, rendered)).toEqual({ values, differences: [] });
  });

  it.each([
    ['another text', '/StartAt', '"StartAt":"Initialize"', '"StartAt":"Summarize"'],
    ['a field more', '/TimeoutSeconds', '"StartAt"', '"TimeoutSeconds":1,"StartAt"'],
    ['a field less', '/States/Distributed Inference/Label', '"Label":"Inference",', ''],
    ['another retry', '/States/Initialize/Retry/0/MaxAttempts', '"MaxAttempts":6', '"MaxAttempts":7'],
  ])('points at %s', (_what, at, before, after) => {
    const text = JSON.stringify(substituteDefinition(machine, values));
    expect(text).toContain(before);
    const rendered = JSON.parse(text.replace(before, after)) as JsonObject;
    expect(restorePlaceholders(machine, rendered).differences).toEqual([at]);
  });

  it('one name has one value', () => {
    expect(restorePlaceholders({ a: X, b: X }, { a: 'one', b: 'two' }).differences).toEqual(['/b']);
    expect(restorePlaceholders({ a: `x-${X}-y` }, { a: 'x--y' }).differences).toEqual(['/a']);
  });

  it('undoes any substitution', () => {
    const name = fc.constantFrom('A', 'B', 'LongName');
    const text = fc.oneof(
      fc.string(),
      name.map((one) => `\${${one}}`),
      name.map((one) => `pre.*\${${one}}`),
    );
    const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), tree), (raw) => {
        const declared = JSON.parse(JSON.stringify(raw)) as JsonObject;
        const names = new Set(placeholdersIn(declared).map((use) => use.name));
        const given = Object.fromEntries([...names].map((one) => [one, `value of ${one}`]));
        const rendered = substituteDefinition(declared, given);
        const restored = restorePlaceholders(declared, rendered);
        expect(restored).toEqual({ values: given, differences: [] });
      }),
    );
  });
});
