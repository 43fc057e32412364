import { describe, expect, it } from 'vitest';
import { compile, invalidDefinitionMessage } from '../../../../harness/asl/compile.ts';
import type { MachineType } from '../../../../harness/asl/program.ts';
import { validate, validateState } from '../../../../harness/asl/validate/validate.ts';

const END = { Type: 'Pass', End: true };
const oneState = (state: object, machine: object = {}) => ({
  ...machine,
  StartAt: 'X',
  States: { X: state },
});
const LAMBDA = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f' },
  End: true,
};
const mapOf = (fields: object, config?: object) => ({
  Type: 'Map',
  ItemProcessor: { ...(config && { ProcessorConfig: config }), StartAt: 'I', States: { I: END } },
  End: true,
  ...fields,
});

function faultsOf(definition: unknown, type: MachineType = 'STANDARD'): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return validate(text, type).diagnostics.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`,
  );
}

const schema = (text: string) => [`SCHEMA_VALIDATION_FAILED: ${text}`];

describe('what AWS says of a definition (recorded or measured)', () => {
  const refused: [string, unknown, string[]][] = [
    ['nothing but space', ' ', schema('Definition must be a valid JSON object')],
    ['an array', '[]', schema('Definition must be a valid JSON object')],
    ['an empty object', {}, schema('These fields are required: [States, StartAt] at /')],
    [
      'an unknown top-level field',
      { ...oneState(END), Coment: 'x' },
      schema("Field 'Coment' is not supported at /"),
    ],
    [
      'Version',
      { ...oneState(END), Version: '2.0' },
      schema('Value should be one of the following: [1.0] at /Version'),
    ],
    [
      'no Type',
      oneState({ End: true }),
      [
        ...schema('These fields are required: [Type] at /States/X'),
        'MISSING_END_STATE: Workflow has no terminal state',
      ].slice(0, 1),
    ],
    [
      'a wrong Type',
      oneState({ Type: 'Nope', End: true }),
      schema(
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/X/Type",
      ),
    ],
    [
      'a field of another type',
      oneState({ ...END, TimeoutSeconds: 5 }),
      schema("Field 'TimeoutSeconds' is not supported at /States/X"),
    ],
    [
      'Catch on Pass',
      oneState({ ...END, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }] }),
      schema("Field 'Catch' is not supported at /States/X"),
    ],
    [
      'a JSONata field in JSONPath',
      oneState({ ...END, Output: 1 }),
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/X",
      ),
    ],
    [
      'a JSONPath field in JSONata',
      oneState({ ...END, InputPath: '$' }, { QueryLanguage: 'JSONata' }),
      schema(
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/X",
      ),
    ],
    [
      'JSONPath below JSONata',
      oneState({ ...END, QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }),
      schema(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/X",
      ),
    ],
    [
      'QueryLanguage of a processor',
      oneState(mapOf({ ItemProcessor: { QueryLanguage: 'JSONata', StartAt: 'I', States: { I: END } } })),
      schema("Field 'QueryLanguage' is not supported at /States/X/ItemProcessor"),
    ],
    [
      'a number too small',
      oneState({ ...LAMBDA, TimeoutSeconds: 0 }),
      schema('Minimum value is 1 at /States/X/TimeoutSeconds'),
    ],
    [
      'a number too large',
      oneState({ ...LAMBDA, HeartbeatSeconds: 100_000_000 }),
      schema('Maximum value is 99999999 at /States/X/HeartbeatSeconds'),
    ],
    [
      'a text for a number',
      oneState(mapOf({ MaxConcurrency: '5' })),
      schema('Expected value of type Integer at /States/X/MaxConcurrency'),
    ],
    [
      'both forms of a field',
      oneState({ ...LAMBDA, TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }),
      schema(
        'There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/X',
      ),
    ],
    [
      'two timings of a Wait',
      oneState({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true }),
      schema(
        'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/X',
      ),
    ],
    [
      'a bad Timestamp',
      oneState({ Type: 'Wait', Timestamp: '2016-13-05T21:29:29Z', End: true }),
      schema('String does not match RFC3339 timestamp at /States/X/Timestamp'),
    ],
    [
      'no processor',
      oneState({ Type: 'Map', End: true }),
      schema(
        'This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/X',
      ),
    ],
    [
      'no ErrorEquals',
      oneState({ ...LAMBDA, Retry: [{}] }),
      schema('These fields are required: [ErrorEquals] at /States/X/Retry[0]'),
    ],
    [
      'empty ErrorEquals',
      oneState({ ...LAMBDA, Retry: [{ ErrorEquals: [] }] }),
      schema('Value cannot be empty at /States/X/Retry[0]/ErrorEquals'),
    ],
    [
      'States.ALL with others',
      oneState({ ...LAMBDA, Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] }),
      schema('States.ALL must appear alone and at end of list at /States/X/Retry[0]/ErrorEquals'),
    ],
    [
      'States.ALL not last',
      oneState({ ...LAMBDA, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      schema('States.ALL must appear alone and at end of list at /States/X/Retry[0]/ErrorEquals'),
    ],
    [
      'jitter',
      oneState({ ...LAMBDA, Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] }),
      schema('Value should be one of the following: [NONE, FULL] at /States/X/Retry[0]/JitterStrategy'),
    ],
    [
      'a rule without Next',
      {
        StartAt: 'X',
        States: { X: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true }], Default: 'Y' }, Y: END },
      },
      schema('These fields are required: [Next] at /States/X/Choices[0]'),
    ],
    [
      'a rule of nothing',
      { StartAt: 'X', States: { X: { Type: 'Choice', Choices: [{ Next: 'Y' }] }, Y: END } },
      schema(
        'The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/X/Choices[0]',
      ),
    ],
    [
      'Next in a nested rule',
      {
        StartAt: 'X',
        States: {
          X: { Type: 'Choice', Choices: [{ Not: { Variable: '$.a', IsNull: true, Next: 'Y' }, Next: 'Y' }] },
          Y: END,
        },
      },
      schema("Field 'Next' is not supported at /States/X/Choices[0]/Not"),
    ],
    [
      'a Resource that is no ARN',
      oneState({ Type: 'Task', Resource: 'fetch', End: true }),
      schema('Value is not a valid resource ARN at /States/X/Resource'),
    ],
    [
      'an unknown integration',
      oneState({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:query', Parameters: {}, End: true }),
      schema(
        'The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/X/Resource',
      ),
    ],
    [
      'a pattern the integration lacks',
      oneState({ ...LAMBDA, Resource: 'arn:aws:states:::lambda:invoke.sync' }),
      schema(
        'The resource provided arn:aws:states:::lambda:invoke.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/X/Resource',
      ),
    ],
    [
      'no Parameters',
      oneState({ ...LAMBDA, Parameters: undefined }),
      schema('Parameters field is required for resource ARN: arn:aws:states:::lambda:invoke at /States/X'),
    ],
    [
      'a missing parameter',
      oneState({ ...LAMBDA, Parameters: {} }),
      schema("The field 'FunctionName' is required but was missing at /States/X/Parameters"),
    ],
    [
      'empty Credentials',
      oneState({ ...LAMBDA, Credentials: {} }),
      schema("The field 'RoleArn' is required but was missing at /States/X/Credentials"),
    ],
    [
      'a bad path',
      oneState({ ...END, InputPath: 'a' }),
      schema('Value must be a valid JSONPath. at /States/X/InputPath'),
    ],
    [
      'a ResultPath of many',
      oneState({ ...END, ResultPath: '$.a[*]' }),
      schema('Value is not a Reference Path at /States/X/ResultPath'),
    ],
    [
      'a bad template',
      oneState({ ...END, Parameters: { a: { 'b.$': 'no path' } } }),
      schema(
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/X/Parameters/a",
      ),
    ],
    [
      'no ExecutionType',
      oneState(mapOf({}, { Mode: 'DISTRIBUTED' })),
      schema('These fields are required: [ExecutionType] at /States/X/ItemProcessor/ProcessorConfig'),
    ],
    [
      'ExecutionType inline',
      oneState(mapOf({}, { Mode: 'INLINE', ExecutionType: 'STANDARD' })),
      schema("Field 'ExecutionType' is not supported at /States/X/ItemProcessor/ProcessorConfig"),
    ],
    [
      'a wrong target',
      oneState({ Type: 'Pass', Next: 'NOPE' }),
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/X/Next",
        'MISSING_END_STATE: Workflow has no terminal state',
      ],
    ],
    [
      'a loop',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Pass', Next: 'A' },
          C: { Type: 'Pass', Next: 'A' },
        },
      },
      ['MISSING_END_STATE: Workflow has no terminal state'],
    ],
    [
      'a state nobody reaches',
      { StartAt: 'A', States: { A: END, C: END } },
      ['MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C'],
    ],
    [
      'a wrong StartAt',
      { StartAt: 'Z', States: { A: { ...END } } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /StartAt",
        'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
      ],
    ],
    [
      'a wrong Default',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'Z' }], Default: 'Ghost' },
          Z: END,
        },
      },
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: Ghost at /States/A/Default"],
    ],
    [
      'one name twice',
      oneState(mapOf({ ItemProcessor: { StartAt: 'X', States: { X: END } } })),
      ['DUPLICATE_STATE_NAME: Duplicate State name: X at /States/X/ItemProcessor/States/X'],
    ],
    [
      'a reserved variable',
      oneState({ ...END, Assign: { states: 1 } }),
      ["RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/X/Assign/states"],
    ],
    [
      'a variable name',
      oneState({ ...END, Assign: { 'a-b': 1 } }),
      [
        "INVALID_VARIABLE_NAME: Invalid variable name 'a-b': the variable name contains invalid characters. at /States/X/Assign/a-b",
      ],
    ],
    [
      'a variable of an outer scope',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { v: 1 }, Next: 'M' },
          M: mapOf({ ItemProcessor: { StartAt: 'I', States: { I: { ...END, Assign: { v: 2 } } } } }),
        },
      },
      [
        "DUPLICATE_VARIABLE_NAME: The variable name 'v' was already defined in a parent scope. at /States/M/ItemProcessor/States/I/Assign/v",
      ],
    ],
  ];
  it.each(refused)('%s', (_name, definition, expected) => {
    expect(faultsOf(definition)).toEqual(expected);
  });

  const jsonata = (output: string) =>
    oneState({ Type: 'Pass', Output: { v: `{% ${output} %}` }, End: true }, { QueryLanguage: 'JSONata' });
  it.each([
    [
      'phone',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/X/Output/v",
    ],
    [
      '$map($states.input.a, function($x){ b })',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'b' at the top level is not supported. at /States/X/Output/v",
    ],
    [
      '$',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$' at the top level is not supported. at /States/X/Output/v",
    ],
    ['$$', "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/X/Output/v"],
    [
      '$states.errorOutput',
      "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/X/Output/v",
    ],
    ['1 +', 'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/X/Output/v'],
    ['$x[1,2)', 'INVALID_JSONATA_EXPRESSION: Expected "]", got "," at /States/X/Output/v'],
    [
      '"open',
      'INVALID_JSONATA_EXPRESSION: String literal must be terminated by a matching quote at /States/X/Output/v',
    ],
  ])('JSONata %s', (expression, expected) => {
    expect(faultsOf(jsonata(expression))).toEqual([expected]);
  });
  it.each([
    '$states.input.items[value > 3]',
    '$x.y',
    '$states.input.a^(b)',
    '{"a": $states.input.b}',
    '$sum([1])',
  ])('JSONata %s is fine', (expression) => {
    expect(faultsOf(jsonata(expression))).toEqual([]);
  });

  it.each([
    [
      '.sync',
      'arn:aws:states:::states:startExecution.sync:2',
      { StateMachineArn: 'a' },
      "Express state machine does not support '.sync' service integration at /States/X/Resource",
    ],
    [
      'callback',
      'arn:aws:states:::lambda:invoke.waitForTaskToken',
      { FunctionName: 'f' },
      "Express state machine does not support '.waitForTaskToken' service integration  at /States/X/Resource",
    ],
    [
      'activity',
      'arn:aws:states:us-east-1:111111111111:activity:a',
      {},
      'Express state machine does not support Activity ARN at /States/X/Resource',
    ],
  ])('EXPRESS: %s', (_name, resource, parameters, expected) => {
    expect(
      faultsOf(oneState({ Type: 'Task', Resource: resource, Parameters: parameters, End: true }), 'EXPRESS'),
    ).toEqual(schema(expected));
  });
  it('EXPRESS: distributed', () => {
    expect(
      faultsOf(oneState(mapOf({}, { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' })), 'EXPRESS'),
    ).toEqual(
      schema(
        "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/X/ItemProcessor/ProcessorConfig/Mode",
      ),
    );
  });
});

describe('text that is not JSON', () => {
  it.each([
    [
      'not a definition',
      `Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
      1,
      4,
    ],
    [
      '{"a": 1',
      'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": 1"; line: 1, column: 1])',
      1,
      8,
    ],
    [
      '{\n"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      2,
      6,
    ],
    ['{a: 1}', "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", 1, 3],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 5],
  ])('%j', (text, message, line, column) => {
    const location = `[Source: (String)"${text}"; line: ${line}, column: ${column}]`;
    expect(validate(text, 'STANDARD').diagnostics).toEqual([
      {
        severity: 'ERROR',
        code: 'INVALID_JSON_DESCRIPTION',
        message: `${message}\n at ${location}`,
        location,
      },
    ]);
  });

  it('refuses nesting that would overflow the stack', () => {
    const deep = `{"States":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const [diagnostic] = validate(deep, 'STANDARD').diagnostics;
    expect(diagnostic?.code).toBe('INVALID_JSON_DESCRIPTION');
    expect(diagnostic?.message).toContain('exceeds the maximum allowed (1000');
  });
});

it('puts all errors into the message of CreateStateMachine', () => {
  const { diagnostics } = compile(JSON.stringify(oneState({ Type: 'Pass', Next: 'NOPE' })), {
    type: 'STANDARD',
  });
  expect(invalidDefinitionMessage(diagnostics)).toBe(
    "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/X/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
  );
});

it('takes a single state without its targets', () => {
  expect(validateState('{"Type":"Pass","Next":"Elsewhere"}', 'X', 'STANDARD').diagnostics).toEqual([]);
  expect(validateState('{"Type":"Nope"}', 'X', 'STANDARD').definition).toBeUndefined();
});
