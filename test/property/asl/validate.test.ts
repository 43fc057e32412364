import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile, compileState } from '../../../harness/asl/compile.ts';
import { STATE_FIELDS } from '../../../harness/asl/validate/shapes.ts';

const path = fc.constantFrom(
  '$',
  '$.a',
  '$.a[*]',
  '$$',
  '$v',
  'a',
  'States.UUID()',
  '{% $states.input %}',
  '{% a %}',
  '',
);
const leaf = fc.oneof(path, fc.integer({ min: -2, max: 200 }), fc.boolean(), fc.constant(null), fc.double());
const value: fc.Arbitrary<unknown> = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('a', 'b.$', 'RoleArn', 'FunctionName'), leaf),
);
const target = fc.constantFrom('A', 'B', 'C', 'Nowhere');
const fields = [...new Set(Object.values(STATE_FIELDS).flat())];
const resource = fc.constantFrom(
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::s3:getObject',
  'arn:aws:lambda:us-east-1:111111111111:function:f',
  'x',
);

const { state } = fc.letrec<{ state: unknown; group: unknown }>((tie) => ({
  group: fc.record(
    { StartAt: target, States: fc.dictionary(target, tie('state'), { maxKeys: 3 }) },
    { requiredKeys: [] },
  ),
  state: fc
    .tuple(
      fc.record(
        {
          Type: fc.constantFrom(...Object.keys(STATE_FIELDS), 'Nope'),
          Next: target,
          End: fc.boolean(),
          Default: target,
          Resource: resource,
          Choices: fc.array(
            fc.record(
              {
                Variable: path,
                IsPresent: fc.boolean(),
                StringEquals: path,
                Condition: path,
                Next: target,
                Not: value,
              },
              { requiredKeys: [] },
            ),
            { maxLength: 2 },
          ),
          Retry: fc.array(
            fc.record(
              { ErrorEquals: fc.array(fc.constantFrom('States.ALL', 'E')), MaxAttempts: leaf },
              { requiredKeys: [] },
            ),
            { maxLength: 2 },
          ),
          Catch: fc.array(
            fc.record(
              { ErrorEquals: fc.array(fc.constantFrom('States.ALL', 'E')), Next: target },
              { requiredKeys: [] },
            ),
            { maxLength: 2 },
          ),
          Branches: fc.array(tie('group'), { maxLength: 2 }),
          ItemProcessor: tie('group'),
        },
        { requiredKeys: ['Type'] },
      ),
      fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 3 }),
    )
    .map(([known, random]) => ({ ...random, ...known })),
}));

const machine = fc.record(
  {
    StartAt: target,
    States: fc.dictionary(target, state, { maxKeys: 3 }),
    QueryLanguage: fc.constantFrom('JSONPath', 'JSONata', 'SQL'),
    TimeoutSeconds: leaf,
  },
  { requiredKeys: ['StartAt', 'States'] },
);

const either = fc.constantFrom('STANDARD' as const, 'EXPRESS' as const);

it('random documents compile or are refused with a diagnostic', () => {
  fc.assert(
    fc.property(machine, either, (document, type) => {
      const { program, diagnostics } = compile(JSON.stringify(document), { type });
      const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
      expect(program === undefined).toBe(errors.length > 0);
      for (const { code, message } of errors) expect(code && message).toBeTruthy();
    }),
    { numRuns: 600 },
  );
});

it('random states compile or are refused', () => {
  fc.assert(
    fc.property(state, either, (document, type) => {
      const { program, diagnostics } = compileState(JSON.stringify(document), 'S', { type });
      expect(program === undefined).toBe(diagnostics.length > 0);
    }),
    { numRuns: 400 },
  );
});

it('random text is refused', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'{}[]",:0 tnulrefas\n\\-.eE') }),
    fc.json(),
    machine.chain((document) => {
      const whole = JSON.stringify(document);
      return fc.nat(whole.length).map((cut) => whole.slice(0, cut));
    }),
  );
  fc.assert(
    fc.property(text, (document) => {
      const { program, diagnostics } = compile(document, { type: 'STANDARD' });
      if (!program) expect(diagnostics.length).toBeGreaterThan(0);
    }),
    { numRuns: 600 },
  );
});
