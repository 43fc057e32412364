/** Random valid machines, and random answers of the world to them. */
import fc from 'fast-check';
import type { InvokeTask, StartMapRun } from '../../../harness/asl/effects.ts';
import type { Script, WorldEvent } from '../../unit/asl/scripted-world.ts';
import { SERVICE } from '../../unit/asl/scripted-world.ts';

type Json = unknown;

/** A recipe: what kinds of state stand in a row, and what stands inside them. */
interface Recipe {
  kind: 'Pass' | 'Task' | 'Wait' | 'Choice' | 'Parallel' | 'Map';
  pick: number;
  inner: Recipe[][];
}

const leaf: fc.Arbitrary<Recipe> = fc.record({
  kind: fc.constantFrom('Pass' as const, 'Task' as const, 'Wait' as const, 'Choice' as const),
  pick: fc.nat(1_000),
  inner: fc.constant([]),
});

const row = (depth: number): fc.Arbitrary<Recipe[]> =>
  fc.array(
    depth === 0
      ? leaf
      : fc.oneof(
          { weight: 3, arbitrary: leaf },
          {
            weight: 1,
            arbitrary: fc.record({
              kind: fc.constantFrom('Parallel' as const, 'Map' as const),
              pick: fc.nat(1_000),
              inner: fc.array(row(depth - 1), { minLength: 1, maxLength: 3 }),
            }),
          },
        ),
    { minLength: 1, maxLength: 4 },
  );

/** A definition that validates. Loops are possible; the history's quota ends them. */
export const machine: fc.Arbitrary<{ [member: string]: Json }> = fc
  .tuple(row(2), fc.constantFrom('succeed', 'fail', 'end'))
  .map(([recipes, ending]) => {
    const names = { count: 0 };
    return group(recipes, names, ending);
  });

function group(recipes: Recipe[], names: { count: number }, ending: string): { [member: string]: Json } {
  const labels = recipes.map(() => `S${names.count++}`);
  const last = `S${names.count++}`;
  const States: { [name: string]: Json } = {};
  recipes.forEach((recipe, index) => {
    const next = labels[index + 1] ?? last;
    States[labels[index] as string] = stateOf(recipe, next, labels, names);
  });
  States[last] =
    ending === 'fail'
      ? { Type: 'Fail', Error: 'Ending' }
      : ending === 'succeed'
        ? { Type: 'Succeed' }
        : { Type: 'Pass', End: true };
  return { StartAt: labels[0] ?? last, States };
}

function stateOf(recipe: Recipe, Next: string, labels: string[], names: { count: number }): Json {
  const { kind, pick, inner } = recipe;
  const attempts = {
    ...(pick % 3 === 0
      ? { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: pick % 4, JitterStrategy: 'FULL' }] }
      : {}),
    ...(pick % 5 === 0 ? { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next }] } : {}),
  };
  switch (kind) {
    case 'Pass':
      return passOf(pick, Next, `v${names.count++}`);
    case 'Wait':
      return { Type: 'Wait', Seconds: pick % 7, Next };
    case 'Task':
      return {
        Type: 'Task',
        Resource: SERVICE,
        Parameters: { FunctionName: `f${pick % 3}`, 'Payload.$': '$' },
        ...(pick % 4 === 0 ? { TimeoutSeconds: 5 } : {}),
        ResultPath: null,
        Next,
        ...attempts,
      };
    case 'Choice':
      return {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericGreaterThan: pick % 10, Next: labels[pick % labels.length] }],
        Default: Next,
      };
    case 'Parallel':
      return {
        Type: 'Parallel',
        Branches: inner.map((recipes, i) => group(recipes, names, (pick + i) % 6 === 0 ? 'fail' : 'end')),
        ResultPath: null,
        Next,
        ...attempts,
      };
    case 'Map':
      return {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: { 'n.$': '$$.Map.Item.Value', 'items.$': '$.none' },
        MaxConcurrency: pick % 4,
        ...(pick % 7 === 0 ? { ToleratedFailureCount: 1 } : {}),
        ItemProcessor: group(inner[0] ?? [], names, pick % 6 === 0 ? 'fail' : 'end'),
        ResultPath: null,
        Next,
        ...attempts,
      };
  }
}

/** Variable names are the state's own: a scope may not name what an outer one has. */
function passOf(pick: number, Next: string, variable: string): Json {
  const forms: Json[] = [
    { Type: 'Pass', Next },
    { Type: 'Pass', Result: pick, ResultPath: '$.r', Next },
    { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)', 'items.$': '$.items', none: [] }, Next },
    { Type: 'Pass', Assign: { [variable]: pick, [`${variable}n.$`]: '$.n' }, Next },
    {
      Type: 'Pass',
      Parameters: { 'id.$': 'States.UUID()', 'n.$': '$.n', 'items.$': '$.items', none: [] },
      Next,
    },
    { Type: 'Pass', OutputPath: pick % 10 === 5 ? '$.missing' : '$', Next },
  ];
  return forms[pick % forms.length];
}

export const input = fc.record({
  n: fc.integer({ min: 0, max: 12 }),
  items: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
  none: fc.constant([]),
});

/** How the n-th task ends and when; beyond the list it echoes at once. */
export const answers = fc.array(
  fc.record({
    ends: fc.constantFrom('well', 'badly', 'never', 'late'),
    afterMs: fc.nat(9_000),
  }),
  { maxLength: 30 },
);

/** Events that may come at any time about ids that may or may not be open. */
export const noise: fc.Arbitrary<WorldEvent> = fc.oneof(
  fc.record({ kind: fc.constant('timer' as const), timerId: fc.nat(40) }),
  fc.record({ kind: fc.constant('taskHeartbeat' as const), taskId: fc.nat(40) }),
  fc.record({ kind: fc.constant('taskStarted' as const), taskId: fc.nat(40) }),
  fc.record({
    kind: fc.constant('taskSucceeded' as const),
    taskId: fc.nat(40),
    outputText: fc.constantFrom('{}', 'not json', '[1]'),
  }),
  fc.record({
    kind: fc.constant('taskFailed' as const),
    taskId: fc.nat(40),
    error: fc.constantFrom('E', ''),
  }),
  fc.record({
    kind: fc.constant('mapRunSucceeded' as const),
    mapId: fc.nat(40),
    outputText: fc.constant('[]'),
  }),
  fc.constantFrom<WorldEvent>({ kind: 'start' }, { kind: 'resume' }, { kind: 'redrive', redriveCount: 1 }),
);

export function scriptOf(plan: { ends: string; afterMs: number }[]): Script {
  return (asked: InvokeTask | StartMapRun, nth) => {
    if (asked.kind !== 'invokeTask') return undefined;
    const { ends, afterMs } = plan[nth] ?? { ends: 'well', afterMs: 0 };
    const { taskId, parametersText: outputText } = asked;
    if (ends === 'badly')
      return [{ afterMs, event: { kind: 'taskFailed', taskId, error: 'Bad', cause: 'c' } }];
    if (ends === 'never') return [{ afterMs: 60_000, event: { kind: 'taskSucceeded', taskId, outputText } }];
    const twice =
      ends === 'late'
        ? [{ afterMs: afterMs + 1, event: { kind: 'taskSucceeded', taskId, outputText } } as const]
        : [];
    return [{ afterMs, event: { kind: 'taskSucceeded', taskId, outputText } }, ...twice];
  };
}
