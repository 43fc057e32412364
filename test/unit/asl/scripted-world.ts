/** A world in memory for tests of the interpreter: tasks answer from a script, timers fire in order of time. */

import { compile } from '../../../harness/asl/compile.ts';
import { evaluateField } from '../../../harness/asl/data/evaluate-field.ts';
import type {
  Effect,
  ExecutionEvent,
  Finish,
  InvokeTask,
  StartMapRun,
} from '../../../harness/asl/effects.ts';
import { createExecution, type ExecutionInit, type ExecutionState } from '../../../harness/asl/execution.ts';
import type { HistoryEvent } from '../../../harness/asl/history.ts';
import type { MachineType, Program } from '../../../harness/asl/program.ts';
import { step } from '../../../harness/asl/step.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';

const ROLE = 'arn:aws:iam::123456789012:role/states';
export const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:f';
export const SERVICE = 'arn:aws:states:::lambda:invoke';

type Untimed<T> = T extends unknown ? Omit<T, 'atMs'> : never;
export type WorldEvent = Untimed<ExecutionEvent>;

/** What a task or Map Run answers: events, each after a delay; undefined = nothing yet. */
export type Script = (
  asked: InvokeTask | StartMapRun,
  nth: number,
) => { afterMs?: number; event: WorldEvent }[] | undefined;

export function programOf(definition: object | string, type: MachineType = 'STANDARD'): Program {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const { program, diagnostics } = compile(text, { type });
  if (!program) throw new Error(JSON.stringify(diagnostics));
  return program;
}

export function initOf(input: unknown, overrides: Partial<ExecutionInit> = {}): ExecutionInit {
  return {
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
    name: 'run',
    roleArn: ROLE,
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
    stateMachineName: 'machine',
    input: typeof input === 'string' ? input : JSON.stringify(input),
    startTimeMs: 1_000_000,
    random: seededRandom(7),
    limits: limitsOf('aws-default'),
    ...overrides,
  };
}

export class ScriptedWorld {
  readonly program: Program;
  readonly execution: ExecutionState;
  readonly events: HistoryEvent[] = [];
  readonly effects: Effect[] = [];
  finish: Finish | undefined;
  nowMs: number;
  readonly #script: Script;
  #asked = 0;
  #sequence = 0;
  #agenda: { atMs: number; order: number; timerId?: number; event: WorldEvent }[] = [];

  constructor(program: Program, init: ExecutionInit, script: Script = () => undefined) {
    this.program = program;
    this.execution = createExecution(program, init);
    this.nowMs = init.startTimeMs;
    this.#script = script;
  }

  /** Starts, and goes on until nothing is left to happen before `untilMs` from the start. */
  run(untilMs = Number.POSITIVE_INFINITY): this {
    this.feed({ kind: 'start' });
    return this.goOn(untilMs);
  }

  goOn(untilMs = Number.POSITIVE_INFINITY): this {
    const end = this.execution.init.startTimeMs + untilMs;
    for (let i = 0; i < 200_000; i++) {
      this.#agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#agenda[0];
      if (!next || next.atMs > end) return this;
      this.#agenda.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.feed(next.event);
    }
    throw new Error('the execution never comes to rest');
  }

  feed(event: WorldEvent): Effect[] {
    const effects = step(this.program, this.execution, { ...event, atMs: this.nowMs } as ExecutionEvent);
    this.effects.push(...effects);
    for (const effect of effects) this.#carryOut(effect);
    return effects;
  }

  #later(afterMs: number, event: WorldEvent, timerId?: number): void {
    const item = { atMs: this.nowMs + afterMs, order: this.#sequence++, event };
    this.#agenda.push(timerId === undefined ? item : { ...item, timerId });
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'record':
        this.events.push(effect.event);
        return;
      case 'setTimer':
        this.#later(effect.delayMs, { kind: 'timer', timerId: effect.timerId }, effect.timerId);
        return;
      case 'cancelTimer':
        this.#agenda = this.#agenda.filter(({ timerId }) => timerId !== effect.timerId);
        return;
      case 'yield':
        this.#later(0, { kind: 'resume' });
        return;
      case 'evaluate': {
        const { evaluationId, field, data } = effect;
        const outcome = evaluateField(field.value, field.name, data);
        this.#later(0, { kind: 'evaluated', evaluationId, outcome });
        return;
      }
      case 'finish':
        this.finish = effect;
        return;
      case 'invokeTask':
      case 'startMapRun':
        for (const { afterMs = 0, event } of this.#script(effect, this.#asked++) ?? []) {
          this.#later(afterMs, event);
        }
        return;
    }
  }

  /** `type<-previousEventId` of each event, in order: the id is the position from 1. */
  get chain(): string[] {
    return this.events.map(({ type, previousEventId }) => `${type}<-${previousEventId}`);
  }

  event(type: HistoryEvent['type'], nth = 0): HistoryEvent {
    const found = this.events.filter((event) => event.type === type)[nth];
    if (!found) throw new Error(`no ${type} in ${this.chain.join(' ')}`);
    return found;
  }

  get output(): unknown {
    return this.finish?.output === undefined ? undefined : JSON.parse(this.finish.output);
  }
}

/** Compiles and runs. */
export function run(
  definition: object,
  input: unknown = {},
  script?: Script,
  overrides: Partial<ExecutionInit> = {},
): ScriptedWorld {
  return new ScriptedWorld(programOf(definition), initOf(input, overrides), script).run();
}

/** A machine of one state. */
export function single(state: object, rest: object = {}): object {
  return { StartAt: 'S', States: { S: { End: true, ...state }, ...rest } };
}

export const taskId = (asked: InvokeTask | StartMapRun): number => (asked as InvokeTask).taskId;

/** A script in which every task gives back its parameters. */
export const echo: Script = (asked) =>
  asked.kind === 'invokeTask'
    ? [{ event: { kind: 'taskSucceeded', taskId: asked.taskId, outputText: asked.parametersText } }]
    : undefined;

/** A script in which the first `times` tasks fail with `error`, the others echo. */
export const failing =
  (error: string, times = Number.POSITIVE_INFINITY, cause = 'why'): Script =>
  (asked, nth) =>
    nth < times ? [{ event: { kind: 'taskFailed', taskId: taskId(asked), error, cause } }] : echo(asked, nth);
