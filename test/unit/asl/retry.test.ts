import { describe, expect, it } from 'vitest';
import type { Retrier } from '../../../harness/asl/definition.ts';
import { failureOf } from '../../../harness/asl/failure.ts';
import { decideRetry } from '../../../harness/asl/retry.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { failing, run, SERVICE } from './scripted-world.ts';

const random = seededRandom(1);
const boom = failureOf('Boom', undefined);

describe('decideRetry', () => {
  it.each<[Omit<Retrier, 'ErrorEquals'>, number, number | undefined]>([
    [{}, 0, 1_000],
    [{}, 1, 2_000],
    [{}, 2, 4_000],
    [{}, 3, undefined],
    [{ IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 9 }, 2, 6_750],
    [{ IntervalSeconds: 3, BackoffRate: 10, MaxAttempts: 9, MaxDelaySeconds: 20 }, 2, 20_000],
    [{ MaxAttempts: 0 }, 0, undefined],
    [{ IntervalSeconds: 0 }, 0, 0],
  ])('%j after %i retries waits %s ms', (retrier, made, delayMs) => {
    const decision = decideRetry([{ ErrorEquals: ['Boom'], ...retrier }], boom, [made], random);
    expect(decision?.delayMs).toBe(delayMs);
  });

  it('draws from the whole interval with full jitter, the same for the same seed', () => {
    const retriers: Retrier[] = [
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, JitterStrategy: 'FULL' },
    ];
    const delays = (seed: number) => {
      const source = seededRandom(seed);
      return Array.from({ length: 200 }, () => decideRetry(retriers, boom, [0], source)?.delayMs ?? -1);
    };
    expect(delays(3)).toEqual(delays(3));
    expect(Math.min(...delays(3))).toBeGreaterThanOrEqual(0);
    expect(Math.min(...delays(3))).toBeLessThan(1_000);
    expect(Math.max(...delays(3))).toBeGreaterThan(9_000);
    expect(Math.max(...delays(3))).toBeLessThanOrEqual(10_000);
  });

  it('asks the first Retrier that names the error and no later one', () => {
    const retriers: Retrier[] = [
      { ErrorEquals: ['Other'] },
      { ErrorEquals: ['Boom'], MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 9 },
    ];
    expect(decideRetry(retriers, boom, [0, 0, 0], random)?.index).toBe(1);
    expect(decideRetry(retriers, boom, [0, 1, 0], random)).toBeUndefined();
    expect(decideRetry(retriers, failureOf('X', undefined), [0, 1, 0], random)?.index).toBe(2);
  });
});

describe('error names', () => {
  const caught = (ErrorEquals: string[], error: string) => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource: SERVICE,
          Parameters: { FunctionName: 'f' },
          Catch: [{ ErrorEquals, Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    return run(definition, {}, failing(error)).finish?.status === 'SUCCEEDED';
  };
  it.each([
    [['States.ALL'], 'Boom', true],
    [['States.TaskFailed'], 'Boom', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.ALL'], 'States.Timeout', true],
    [['A', 'Boom'], 'Boom', true],
    [['Boo'], 'Boom', false],
  ] as const)('%j catches %s: %s', (names, error, expected) => {
    expect(caught([...names], error)).toBe(expected);
  });

  it('lets no Catch stop States.Runtime', () => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource: SERVICE,
          Parameters: { 'FunctionName.$': '$.nope' },
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    expect(run(definition).chain.at(-1)).toBe('ExecutionFailed<-2');
  });
});

describe('Retry', () => {
  const definition = {
    StartAt: 'S',
    States: {
      S: {
        Type: 'Task',
        Resource: SERVICE,
        Parameters: { FunctionName: 'f', 'Payload.$': '$$.State.RetryCount' },
        Retry: [
          { ErrorEquals: ['A'], MaxAttempts: 1 },
          { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 2 },
        ],
        End: true,
      },
    },
  };

  it('schedules the next attempt from the failed event, with the retry count in the context', () => {
    const world = run(definition, {}, failing('B', 2));
    expect(world.event('TaskScheduled', 1).previousEventId).toBe(world.event('TaskFailed').id);
    expect(world.output).toEqual({ FunctionName: 'f', Payload: 2 });
    expect(world.nowMs).toBe(1_030_000);
    expect(
      world.effects.flatMap((effect) => (effect.kind === 'invokeTask' ? [effect.retryCount] : [])),
    ).toEqual([0, 1, 2]);
  });

  it('counts attempts by Retrier', () => {
    const errors = ['A', 'B', 'B', 'A'];
    const world = run(definition, {}, (asked, nth) => [
      {
        event: {
          kind: 'taskFailed',
          taskId: (asked as { taskId: number }).taskId,
          error: errors[nth] ?? 'C',
        },
      },
    ]);
    expect(world.events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(4);
    expect(world.finish?.error).toBe('A');
  });
});
