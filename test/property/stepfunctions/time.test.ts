/** The same machines on wall time and on virtual time, and twice on virtual time. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, VirtualClock, wallClock } from '../../../harness/core/clock.ts';
import { type Rig, startRig } from '../../integration/stepfunctions/rig.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function';
const START_MS = Date.UTC(2026, 0, 1);

interface Recipe {
  kind: 'Pass' | 'Wait' | 'Choice' | 'Task' | 'Parallel' | 'Map';
  pick: number;
  inner: Recipe[][];
}

const leaf: fc.Arbitrary<Recipe> = fc.record({
  kind: fc.constantFrom('Pass' as const, 'Wait' as const, 'Choice' as const, 'Task' as const),
  pick: fc.nat(11),
  inner: fc.constant([]),
});
const container: fc.Arbitrary<Recipe> = fc.record({
  kind: fc.constantFrom('Parallel' as const, 'Map' as const),
  pick: fc.nat(11),
  inner: fc.array(fc.array(leaf, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
});
const machines = fc.array(fc.array(fc.oneof(leaf, leaf, container), { minLength: 1, maxLength: 3 }), {
  minLength: 4,
  maxLength: 6,
});

function group(recipes: Recipe[], names: { count: number }): object {
  const labels = recipes.map(() => `S${names.count++}`);
  const end = `S${names.count++}`;
  const States: { [name: string]: object } = { [end]: { Type: 'Pass', End: true } };
  recipes.forEach((recipe, index) => {
    States[labels[index]!] = stateOf(recipe, labels[index]!, labels[index + 1] ?? end, end, names);
  });
  return { StartAt: labels[0], States };
}

function stateOf(recipe: Recipe, name: string, Next: string, end: string, names: { count: number }): object {
  const { kind, pick, inner } = recipe;
  switch (kind) {
    case 'Pass':
      return { Type: 'Pass', Parameters: { n: pick, 'id.$': 'States.UUID()' }, ResultPath: '$.p', Next };
    case 'Wait':
      return { Type: 'Wait', Seconds: pick % 2, Next };
    case 'Choice':
      return {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericGreaterThan: pick, Next: end }],
        Default: Next,
      };
    case 'Task':
      // Fails the first `pick % 3` times; beyond one retry the Catch goes on.
      return {
        Type: 'Task',
        Resource: `${FUNCTION}:moody`,
        Parameters: { failures: pick % 3, name, 'execution.$': '$$.Execution.Name' },
        Retry: [{ ErrorEquals: ['Moody'], IntervalSeconds: 1, MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next }],
        ResultPath: '$.t',
        Next,
      };
    case 'Parallel':
      return {
        Type: 'Parallel',
        Branches: inner.map((recipes) => group(recipes, names)),
        ResultPath: '$.b',
        Next,
      };
    case 'Map':
      return {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: { 'n.$': '$$.Map.Item.Value', items: [] },
        MaxConcurrency: pick % 3,
        ItemProcessor: group(inner[0]!, names),
        ResultPath: '$.m',
        Next,
      };
  }
}

class Moody extends Error {
  override name = 'Moody';
}

/** Histories of all machines, run at the same time, each with an emulator and a clock of its own. */
function histories(clockOf: () => Clock, recipes: Recipe[][]): Promise<HistoryEvent[][]> {
  return Promise.all(
    recipes.map(async (recipe) => {
      const calls = new Map<string, number>();
      const rig: Rig = await startRig({
        clock: clockOf(),
        seed: 'time',
        functions: {
          moody: (event) => {
            const { failures, name } = event as { failures: number; name: string };
            const made = calls.get(name) ?? 0;
            calls.set(name, made + 1);
            if (made < failures) throw new Moody(`${made} of ${failures}`);
            return { made };
          },
        },
      });
      try {
        const stateMachineArn = await rig.create(group(recipe, { count: 0 }));
        const input = JSON.stringify({ n: 5, items: [3, 9, 6] });
        const { executionArn } = await rig.sfn.send(
          new StartExecutionCommand({ stateMachineArn, name: 'one', input }),
        );
        await rig.wait(executionArn!);
        return await rig.history(executionArn!);
      } finally {
        await rig.stop();
      }
    }),
  );
}

const withoutTime = (runs: HistoryEvent[][]) =>
  runs.map((events) => events.map(({ timestamp: _, ...rest }) => rest));

describe('time', () => {
  it('gives the same history on wall and on virtual time, but for timestamps', async () => {
    await fc.assert(
      fc.asyncProperty(machines, async (recipes) => {
        const [wall, virtual] = await Promise.all([
          histories(wallClock, recipes),
          histories(() => new VirtualClock(START_MS), recipes),
        ]);
        expect(withoutTime(virtual)).toEqual(withoutTime(wall));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('gives byte-identical histories for the same seed, timestamps included', async () => {
    await fc.assert(
      fc.asyncProperty(machines, async (recipes) => {
        const first = await histories(() => new VirtualClock(START_MS), recipes);
        const second = await histories(() => new VirtualClock(START_MS), recipes);
        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
