import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../harness/core/clock.ts';
import { pageOf } from '../../../../harness/emulator/http/pages.ts';
import { parseArn, parseMachineArn } from '../../../../harness/emulator/services/stepfunctions/arn.ts';
import { invalidPaginationToken } from '../../../../harness/emulator/services/stepfunctions/errors.ts';
import { functionFailure } from '../../../../harness/emulator/services/stepfunctions/integrations/function-payload.ts';
import {
  parseResource,
  shownResource,
} from '../../../../harness/emulator/services/stepfunctions/integrations/resource.ts';
import { isLogged, withoutData } from '../../../../harness/emulator/services/stepfunctions/logging.ts';
import {
  parseMockConfig,
  responseOf,
} from '../../../../harness/emulator/services/stepfunctions/mocks/mock-config.ts';
import { checkName } from '../../../../harness/emulator/services/stepfunctions/names.ts';
import { TokenBucket } from '../../../../harness/emulator/services/stepfunctions/rate-limit.ts';
import { TaskTokens } from '../../../../harness/emulator/services/stepfunctions/store/task-tokens.ts';

describe('names', () => {
  it.each(['a', 'Activity-1.x_y', '東京', "o'clock!", 'A'.repeat(80)])('takes %s', (name) => {
    expect(checkName(name)).toBe(name);
  });
  it.each(['', 'a b', 'a:b', 'a/b', 'a*', 'a\u001f', 'a\u007f', 'a"b', 'A'.repeat(81)])(
    'refuses %j',
    (name) => {
      expect(() => checkName(name)).toThrow(`Invalid Name: '${name}'`);
    },
  );
});

describe('ARNs', () => {
  it.each([
    ['not_a_valid_arn', "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'"],
    ['arn:aws:states:r:1:stateMachine', "Invalid Arn: 'Malformed ARN: arn:aws:states:r:1:stateMachine'"],
  ])('refuses %s', (text, message) => {
    expect(() => parseArn(text)).toThrow(message);
  });
  it.each([
    ['arn:aws:states:r:1:stateMachine:M', { name: 'M' }],
    ['arn:aws:states:r:1:stateMachine:M:7', { name: 'M', qualifier: '7' }],
    ['arn:aws:states:r:1:stateMachine:M/Label', { name: 'M', label: 'Label' }],
  ])('takes %s apart', (text, parts) => {
    expect(parseMachineArn(text)).toMatchObject(parts);
  });
  it('tells a machine from an execution', () => {
    expect(() => parseMachineArn('arn:aws:states:r:1:express:M:n:i')).toThrow(
      "Invalid Arn: 'Resource type not valid in this context: express'",
    );
  });
});

describe('pages', () => {
  const list = (entries: number[], nextToken?: string, name = 'l') =>
    pageOf(entries, {
      list: name,
      maxResults: 2,
      nextToken,
      keyOf: String,
      isAfter: (entry, key) => entry > Number(key),
      invalidToken: invalidPaginationToken,
    });
  it('go on after the last entry, whatever came or went since', () => {
    const first = list([1, 2, 3, 4, 5]);
    expect(first.entries).toEqual([1, 2]);
    expect(list([0, 1, 3, 4, 5], first.nextToken).entries).toEqual([3, 4]);
    expect(list([1, 2]).nextToken).toBeUndefined();
  });
  it('refuse the token of another list and any other text', () => {
    const { nextToken } = list([1, 2, 3]);
    expect(() => list([1], nextToken, 'other')).toThrow('Invalid token');
    expect(() => list([1], 'abc')).toThrow('Invalid token');
  });
});

describe('a token bucket', () => {
  it('gives what flows in, up to its size, and says how long to wait', () => {
    const clock = new VirtualClock(0);
    const bucket = new TokenBucket(clock, 10, 3);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    expect(bucket.waitMs()).toBe(100);
    bucket.take(9);
    expect(bucket.waitMs()).toBe(1_000);
    expect(new TokenBucket(clock, Number.POSITIVE_INFINITY, 1).waitMs()).toBe(0);
  });
});

describe('task tokens', () => {
  it('are open, then settled, and otherwise invalid', () => {
    const tokens = new TaskTokens();
    tokens.open('t', { succeed() {}, fail() {}, heartbeat() {} });
    expect(() => tokens.get('x')).toThrow("Invalid Token: 'Invalid token'");
    tokens.get('t');
    tokens.settle('t');
    expect(() => tokens.get('t')).toThrow("Task Timed Out: 'Provided task does not exist anymore'");
  });
});

describe('log levels', () => {
  it.each([
    ['ALL', 'PassStateEntered', true],
    ['ERROR', 'FailStateEntered', true],
    ['ERROR', 'ExecutionStarted', false],
    ['FATAL', 'TaskFailed', false],
    ['FATAL', 'ExecutionTimedOut', true],
    ['OFF', 'ExecutionFailed', false],
  ] as const)('%s delivers %s: %s', (level, type, delivered) => {
    expect(isLogged(level, type)).toBe(delivered);
  });
  it('leave out data unless asked for', () => {
    expect(withoutData({ name: 'A', input: '{}', inputDetails: { truncated: false }, cause: 'c' })).toEqual({
      name: 'A',
      cause: 'c',
    });
  });
});

describe('resources', () => {
  it.each([
    ['arn:aws:states:::lambda:invoke.waitForTaskToken', 'lambda:invoke.waitForTaskToken'],
    ['arn:aws:states:::states:startExecution.sync:2', 'states:startExecution.sync:2'],
    ['arn:aws:states:::aws-sdk:s3:getObject', 'aws-sdk:s3:getObject'],
    ['arn:aws:lambda:r:1:function:f', 'arn:aws:lambda:r:1:function:f'],
    ['arn:aws:states:r:1:activity:a', 'arn:aws:states:r:1:activity:a'],
    ['nonsense', 'nonsense'],
  ])('%s is %s', (arn, shown) => {
    expect(shownResource(parseResource(arn))).toBe(shown);
  });
});

describe('a failed function', () => {
  it('fails the task with its own error type', () => {
    const payload = '{"errorType":"TypeError","errorMessage":"m"}';
    expect(functionFailure(payload)).toMatchObject({ error: 'TypeError', failureCause: payload });
  });
  it('is Lambda.Unknown where it tells none', () => {
    expect(functionFailure('{"errorMessage":"Task timed out after 3.00 seconds"}')).toMatchObject({
      error: 'Lambda.Unknown',
      failureCause: expect.stringContaining(
        'did not return an error type. Returned payload: {"errorMessage"',
      ),
    });
  });
});

describe('mock configuration', () => {
  const responses = { r: { '0': { Return: 1 }, '1-2': { Throw: { Error: 'E', Cause: 'c' } } } };
  it('answers by invocation', () => {
    const { machines } = parseMockConfig({
      StateMachines: { M: { TestCases: { Case: { State: 'r' } } } },
      MockedResponses: responses,
    });
    const state = machines.get('M')!.get('Case')!.get('State')!;
    expect([0, 1, 2, 3].map((invocation) => responseOf(state, invocation))).toEqual([
      { Return: 1 },
      { Throw: { Error: 'E', Cause: 'c' } },
      { Throw: { Error: 'E', Cause: 'c' } },
      undefined,
    ]);
  });
  it.each([
    [
      { StateMachines: { M: { TestCases: { C: { S: 'no' } } } } },
      'StateMachines.M.TestCases.C.S names no entry',
    ],
    [{ MockedResponses: { r: { first: {} } } }, 'MockedResponses.r.first is not an invocation number'],
    [{ MockedResponses: { r: { '0': {} } } }, 'MockedResponses.r.0 has neither Return nor a Throw'],
    [{ MockedResponses: 1 }, 'MockedResponses is not an object'],
  ])('says what is wrong with %j', (config, message) => {
    expect(() => parseMockConfig(config)).toThrow(message);
  });
});
