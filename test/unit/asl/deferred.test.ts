/** Fields evaluated elsewhere give the history that they give when the step evaluates them itself. */
import { describe, expect, it } from 'vitest';
import { evaluateField } from '../../../harness/asl/data/evaluate-field.ts';
import type { StartMapRun } from '../../../harness/asl/effects.ts';
import { createMapRun, mapRunStep } from '../../../harness/asl/map-run.ts';
import type { MapRunEvent } from '../../../harness/asl/map-run-events.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import {
  echo,
  failing,
  initOf,
  programOf,
  run,
  type Script,
  ScriptedWorld,
  SERVICE,
} from './scripted-world.ts';

const NOTHING = { steps: 0, values: 0 };
const PASS = { Type: 'Pass', End: true };

/** States of JSONata; `S` is the first. */
type States = { [name: string]: object };
const machine = (States: States) => ({ QueryLanguage: 'JSONata', StartAt: 'S', States });
const one = (state: object) => machine({ S: { End: true, ...state } });
const task = (more: object) => ({
  Type: 'Task',
  Resource: SERVICE,
  Arguments: { FunctionName: "{% 'f' & $states.input.n %}" },
  ...more,
});
const iterated = (more: object, Output: unknown = '{% $states.input * 2 %}') => ({
  Type: 'Map',
  Items: '{% [1..5] %}',
  ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Output, End: true } } },
  ...more,
});

const CASES: [name: string, definition: object, script?: Script][] = [
  [
    'Pass',
    one({ Type: 'Pass', Assign: { a: '{% 1 + 1 %}' }, Output: ['{% 1 + 2 %}', '{% $states.input.n %}'] }),
  ],
  ['Pass that fails', one({ Type: 'Pass', Output: '{% $sum("x") %}' })],
  ['Assign that fails', one({ Type: 'Pass', Output: '{% 1 + 1 %}', Assign: { a: '{% $nothing %}' } })],
  ['Succeed', machine({ S: { Type: 'Succeed', Output: '{% $states.input.n + 1 %}' } })],
  ['Fail', machine({ S: { Type: 'Fail', Error: "{% 'E' & 1 %}", Cause: "{% 'C' & 2 %}" } })],
  ['Wait', one({ Type: 'Wait', Seconds: '{% 1 + 1 %}', Output: '{% 3 %}', Assign: { a: '{% 4 %}' } })],
  [
    'Choice',
    machine({
      S: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% 1 = 2 %}', Next: 'A' },
          { Condition: '{% 1 = 1 %}', Next: 'A', Output: '{% 1 + 4 %}', Assign: { a: '{% 5 %}' } },
        ],
        Default: 'A',
      },
      A: { ...PASS, Output: '{% $states.input + $a %}' },
    }),
  ],
  [
    'Default of a Choice',
    machine({
      S: {
        Type: 'Choice',
        Choices: [{ Condition: '{% 1 = 2 %}', Next: 'A' }],
        Default: 'A',
        Output: '{% 6 %}',
        Assign: { a: '{% 5 %}' },
      },
      A: PASS,
    }),
  ],
  [
    'Task',
    one(
      task({
        TimeoutSeconds: '{% 10 + 1 %}',
        HeartbeatSeconds: '{% 2 + 3 %}',
        Credentials: { RoleArn: "{% 'arn:aws:iam::000000000000:role/' & 'r' %}" },
        Output: '{% $states.result %}',
        Assign: { a: '{% $states.result.FunctionName %}' },
      }),
    ),
    echo,
  ],
  [
    'Task with Retry',
    one(task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 2, MaxAttempts: 3 }], Output: '{% 1 %}' })),
    failing('X', 2),
  ],
  [
    'Task with Catch',
    machine({
      S: task({
        Catch: [
          {
            ErrorEquals: ['X'],
            Next: 'A',
            Output: "{% $states.errorOutput.Error & '!' %}",
            Assign: { e: '{% $states.errorOutput %}' },
          },
        ],
        End: true,
      }),
      A: { ...PASS, Output: '{% $e %}' },
    }),
    failing('X'),
  ],
  [
    'Catch that fails',
    machine({
      S: task({ Catch: [{ ErrorEquals: ['X'], Next: 'A', Output: '{% $nothing %}' }], End: true }),
      A: PASS,
    }),
    failing('X'),
  ],
  [
    'Map one by one',
    one(
      iterated({
        MaxConcurrency: '{% 2 - 1 %}',
        ItemSelector: '{% $states.context.Map.Item.Value + 1 %}',
        Output: '{% $sum($states.result) %}',
      }),
    ),
  ],
  [
    'Map of which an ItemSelector fails',
    one(
      iterated({
        MaxConcurrency: 1,
        ItemSelector: '{% $states.context.Map.Item.Value > 2 ? $nothing : 1 %}',
      }),
    ),
  ],
  [
    'Map that tolerates failures',
    one(
      iterated(
        { MaxConcurrency: 1, ToleratedFailureCount: '{% 1 + 1 %}' },
        "{% $states.input < 3 ? $error('small') : $states.input %}",
      ),
    ),
  ],
  ['Map whose tolerance fails', one(iterated({ ToleratedFailureCount: "{% 'x' & 'y' %}" }))],
  ['Map whose Items fail', one(iterated({ Items: '{% $nothing %}' }))],
];

/** Branches take turns where they wait for a value, so their events interleave otherwise. */
const CONCURRENT: typeof CASES = [
  [
    'Parallel',
    one({
      Type: 'Parallel',
      Arguments: { a: '{% $states.input.n + 1 %}' },
      Branches: [1, 2].map((n) => ({
        StartAt: `B${n}`,
        States: { [`B${n}`]: { ...PASS, Output: `{% $states.input.a * ${n} %}` } },
      })),
      Output: '{% $sum($states.result) %}',
      Assign: { a: '{% $states.result %}' },
    }),
  ],
  [
    'Parallel of which a branch fails',
    one({
      Type: 'Parallel',
      Branches: ['{% 1 + 1 %}', '{% $nothing %}'].map((Output, n) => ({
        StartAt: `B${n}`,
        States: { [`B${n}`]: { ...PASS, Output } },
      })),
    }),
  ],
];

/** All but the token, of which a task that is started anew draws another. */
const told = (world: ScriptedWorld) => ({ events: world.events, finish: world.finish });

describe('a field evaluated elsewhere', () => {
  it.each(CASES)('%s', (_name, definition, script) => {
    const here = run(definition, { n: 1 }, script);
    const elsewhere = run(definition, { n: 1 }, script, { stepAllowance: NOTHING });
    expect(elsewhere.effects.some(({ kind }) => kind === 'evaluate')).toBe(true);
    expect(told(elsewhere)).toEqual(told(here));
  });

  it.each(CONCURRENT)('%s', (_name, definition) => {
    const here = run(definition, { n: 1 });
    const elsewhere = run(definition, { n: 1 }, undefined, { stepAllowance: NOTHING });
    const outcome = ({ finish }: ScriptedWorld) => [finish?.status, finish?.output, finish?.error];
    expect(outcome(elsewhere)).toEqual(outcome(here));
  });

  it('lets iterations that are done go on without the one that waits', () => {
    const definition = one(
      iterated({ MaxConcurrency: 2, ItemSelector: '{% $states.context.Map.Item.Value %}' }),
    );
    const world = run(definition, {}, undefined, { stepAllowance: NOTHING });
    expect(world.output).toEqual([2, 4, 6, 8, 10]);
  });

  it('is forgotten when the execution is stopped', () => {
    const program = programOf(one({ Type: 'Pass', Output: '{% 1 + 1 %}' }));
    const world = new ScriptedWorld(program, initOf({}, { stepAllowance: NOTHING }));
    world.feed({ kind: 'start' });
    world.feed({ kind: 'stop' });
    world.goOn();
    expect(world.finish?.status).toBe('ABORTED');
    expect(world.chain.at(-1)).toBe('ExecutionAborted<-0');
  });

  it('is evaluated again after a redrive', () => {
    const program = programOf(one({ Type: 'Pass', Output: '{% 1 + 1 %}' }));
    const world = new ScriptedWorld(program, initOf({}, { stepAllowance: NOTHING }));
    world.feed({ kind: 'start' });
    world.feed({ kind: 'stop' });
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn();
    expect(world.output).toBe(2);
  });

  it('asks for nothing within its allowance', () => {
    const definition = one({ Type: 'Pass', Output: '{% $sum([1..100]) %}' });
    const world = run(definition, {}, undefined, { stepAllowance: { steps: 1_000, values: 1_000 } });
    expect(world.effects.some(({ kind }) => kind === 'evaluate')).toBe(false);
    expect(world.output).toBe(5050);
  });
});

describe('the ItemSelector of a Map Run', () => {
  it('is evaluated elsewhere item by item', () => {
    const program = programOf(
      one({
        ...iterated({ ItemSelector: { v: '{% $states.context.Map.Item.Value * 10 %}' } }),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'I',
          States: { I: PASS },
        },
      }),
    );
    const start = new ScriptedWorld(program, initOf({}))
      .feed({ kind: 'start' })
      .find((effect): effect is StartMapRun => effect.kind === 'startMapRun')!;
    const state = createMapRun(program, start, seededRandom(1), limitsOf('none'), NOTHING);
    const inputs: string[] = [];
    const events: MapRunEvent[] = [{ kind: 'start', atMs: 0 }];
    for (let event = events.shift(); event; event = events.shift()) {
      for (const effect of mapRunStep(state, event)) {
        if (effect.kind === 'startChild') inputs.push(effect.input);
        if (effect.kind !== 'evaluate') continue;
        const { field, data } = effect;
        events.push({
          kind: 'evaluated',
          field,
          outcome: evaluateField(field.value, field.name, data),
          atMs: 0,
        });
      }
    }
    expect(inputs).toEqual(['{"v":10}', '{"v":20}', '{"v":30}', '{"v":40}', '{"v":50}']);
  });
});
