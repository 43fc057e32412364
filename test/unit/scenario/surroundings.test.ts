import { describe, expect, it } from 'vitest';
import { AWS_LIMITS } from '../../../harness/core/limits.ts';
import { denying } from '../../../harness/deploy/policy-document.ts';
import { tolerateFailures } from '../../../harness/deploy/tolerate-failures.ts';
import {
  parseMockConfig,
  responseOf,
} from '../../../harness/emulator/services/stepfunctions/mocks/mock-config.ts';
import { limitsFor, limitsSchema } from '../../../harness/scenario/limits-schema.ts';
import { mockConfig, mocksSchema } from '../../../harness/scenario/mocks-schema.ts';

describe('limits of a scenario', () => {
  it("replace single ones of AWS's, or of none", () => {
    const one = limitsFor(limitsSchema.parse({ sfnPayloadBytes: 1000, lambdaSyncPayloadBytes: 'none' }));
    expect(one.sfnPayloadBytes).toBe(1000);
    expect(one.lambdaSyncPayloadBytes).toBe(Number.POSITIVE_INFINITY);
    expect(one.sfnHistoryEvents).toBe(AWS_LIMITS.sfnHistoryEvents.value);
    const none = limitsFor(limitsSchema.parse({ profile: 'none', sfnHistoryEvents: 50 }));
    expect([none.sfnPayloadBytes, none.sfnHistoryEvents]).toEqual([Number.POSITIVE_INFINITY, 50]);
  });

  it('are known by name', () => {
    expect(() => limitsSchema.parse({ sfnPayload: 1 })).toThrow(/sfnPayload/);
  });
});

describe('mocks of a scenario', () => {
  it('are what Step Functions Local reads, counted from 1', () => {
    const mocks = mocksSchema.parse({
      A: [
        { calls: 1, throw: { error: 'E' } },
        { calls: '2-3', return: 2 },
        { calls: '4-', return: 4 },
      ],
      B: [{ return: { Payload: 1 } }],
    });
    const states = parseMockConfig(mockConfig({ m: new Set(['A', 'B']) }, mocks))
      .machines.get('m')!
      .get('scenario')!;
    const answers = [0, 1, 2, 3, 99].map((invocation) => responseOf(states.get('A')!, invocation));
    expect(answers).toEqual([
      { Throw: { Error: 'E', Cause: '' } },
      { Return: 2 },
      { Return: 2 },
      { Return: 4 },
      { Return: 4 },
    ]);
    expect(responseOf(states.get('B')!, 7)).toEqual({ Return: { Payload: 1 } });
  });

  it.each([[{ calls: 1 }], [{ return: 1, throw: { error: 'E' } }], [{ calls: '0-1', return: 1 }]])(
    'refuse %j',
    (one) => {
      expect(() => mocksSchema.parse({ A: [one] })).toThrow();
    },
  );
});

it('denied actions go before what is allowed', () => {
  const policy = denying({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] }, ['s3:PutObject']);
  expect(policy['Statement']).toEqual([
    { Effect: 'Allow' },
    { Sid: 'DeniedOnPurpose', Effect: 'Deny', Action: ['s3:PutObject'], Resource: '*' },
  ]);
});

it('failures are tolerated by Distributed Maps alone', () => {
  const map = (Mode: string) => ({ Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode } } });
  const States = { Far: map('DISTRIBUTED'), Near: map('INLINE'), End: { Type: 'Succeed' } };
  expect(tolerateFailures({ StartAt: 'Far', States }, 3)).toEqual({
    StartAt: 'Far',
    States: { ...States, Far: { ...States.Far, ToleratedFailureCount: 3 } },
  });
});
