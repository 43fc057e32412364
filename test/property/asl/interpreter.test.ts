import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecutionState, Flow } from '../../../harness/asl/execution.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { initOf, programOf, ScriptedWorld } from '../../unit/asl/scripted-world.ts';
import { answers, input, machine, noise, scriptOf } from './machines.ts';

/** Short histories: a loop ends soon. */
const limits = limitsOf('aws-default', { sfnHistoryEvents: 400 });

function worldOf(
  definition: object,
  given: object,
  plan: { ends: string; afterMs: number }[],
  overrides: object = {},
): ScriptedWorld {
  const init = initOf(given, { limits, random: seededRandom(3), ...overrides });
  return new ScriptedWorld(programOf(definition), init, scriptOf(plan));
}

/** Checks what must hold of a history whatever the machine. */
function checkHistory(world: ScriptedWorld): void {
  const wrong = world.events.findIndex(
    ({ id, previousEventId, atMs }, index) =>
      id !== index + 1 || previousEventId >= id || atMs < (world.events[index - 1]?.atMs ?? 0),
  );
  expect(world.events[wrong]).toBeUndefined();
}

/** Iterations at work under any Map of the execution. */
function checkConcurrency(execution: ExecutionState): void {
  const visit = (flow: Flow) => {
    const container = flow.run?.container;
    if (!container) return;
    const active = container.children.filter(({ status }) => status === 'active');
    if (flow.run?.state.type === 'Map' && container.maxConcurrency > 0) {
      expect(active.length).toBeLessThanOrEqual(container.maxConcurrency);
      expect(container.activeCount).toBeGreaterThanOrEqual(active.length);
    }
    container.children.forEach(visit);
  };
  visit(execution.root);
}

describe('the interpreter, whatever the machine', () => {
  it('ends, with a well-formed history and nothing left open', () => {
    fc.assert(
      fc.property(machine, input, answers, (definition, given, plan) => {
        const world = worldOf(definition, given, plan).run();
        expect(world.finish).toBeDefined();
        expect(world.execution.open.size).toBe(0);
        expect(world.finish?.cause ?? '').not.toContain('The interpreter failed');
        expect(world.events.length).toBeLessThanOrEqual(400);
        checkHistory(world);
      }),
      { numRuns: 200 },
    );
  });

  it('writes the same history byte for byte for the same seed and the same answers', () => {
    fc.assert(
      fc.property(machine, input, answers, (definition, given, plan) => {
        const first = worldOf(definition, given, plan).run();
        const second = worldOf(definition, given, plan).run();
        expect(JSON.stringify(second.effects)).toBe(JSON.stringify(first.effects));
      }),
      { numRuns: 100 },
    );
  });

  it('enters no more states in a step than it was granted, and ends all the same', () => {
    fc.assert(
      fc.property(
        machine,
        input,
        answers,
        fc.integer({ min: 1, max: 5 }),
        (definition, given, plan, budget) => {
          const world = worldOf(definition, given, plan, { maxTransitionsPerStep: budget });
          const feed = world.feed.bind(world);
          world.feed = (event) => {
            const effects = feed(event);
            const entered = effects.filter(
              (effect) => effect.kind === 'record' && effect.event.type.endsWith('StateEntered'),
            );
            expect(entered.length).toBeLessThanOrEqual(budget);
            return effects;
          };
          world.run();
          expect(world.finish).toBeDefined();
          checkHistory(world);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never runs more iterations than it may, at any moment', () => {
    fc.assert(
      fc.property(machine, input, answers, (definition, given, plan) => {
        const world = worldOf(definition, given, plan);
        world.feed({ kind: 'start' });
        for (let untilMs = 0; !world.finish && untilMs < 100_000; untilMs += 500) {
          checkConcurrency(world.execution);
          world.goOn(untilMs);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('bears with any event at any time: it never throws, and asks for nothing after it has ended', () => {
    fc.assert(
      fc.property(
        machine,
        input,
        answers,
        fc.array(noise, { maxLength: 40 }),
        (definition, given, plan, stray) => {
          const world = worldOf(definition, given, plan);
          world.feed({ kind: 'start' });
          for (const event of stray) {
            const ended = world.finish !== undefined && event.kind !== 'redrive';
            const effects = world.feed(event);
            if (ended && world.execution.status !== 'RUNNING') expect(effects).toEqual([]);
          }
          checkHistory(world);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('succeeds on redrive with what it had not done, when the world is mended', () => {
    fc.assert(
      fc.property(machine, input, answers, (definition, given, plan) => {
        const world = worldOf(definition, given, plan).run();
        if (world.finish?.status !== 'FAILED' || world.events.length >= 399) return;
        const before = world.events.length;
        world.feed({ kind: 'redrive', redriveCount: 1 });
        world.goOn();
        expect(world.events[before]).toMatchObject({ type: 'ExecutionRedriven', previousEventId: before });
        expect(world.execution.status).not.toBe('RUNNING');
        expect(world.execution.open.size).toBe(0);
        checkHistory(world);
      }),
      { numRuns: 100 },
    );
  });
});
