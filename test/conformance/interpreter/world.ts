/**
 * A world that answers an execution with what a recording says AWS's services answered: the n-th task gets the
 * n-th recorded outcome, timers fire in order of time, Map Runs run their children here.
 */
import { compile } from '../../../harness/asl/compile.ts';
import type { Effect, ExecutionEvent, InvokeTask, StartMapRun } from '../../../harness/asl/effects.ts';
import { createExecution, type ExecutionInit, type ExecutionState } from '../../../harness/asl/execution.ts';
import type { HistoryEvent } from '../../../harness/asl/history.ts';
import type { Program } from '../../../harness/asl/program.ts';
import { step } from '../../../harness/asl/step.ts';
import type { Json } from '../../../harness/core/json.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';

export interface RecordedEvent {
  id: number;
  previousEventId: number;
  type: string;
  [member: string]: unknown;
}

export interface Played {
  events: RecordedEvent[];
  status: string;
  output?: string;
  error?: string;
  cause?: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As Python prints JSON: the recorded functions were Python's and their errors are handed on verbatim. */
function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return text(value === undefined ? null : JSON.stringify(value));
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${pythonText(member)}`,
  );
  return `{${members.join(', ')}}`;
}

/** On the wire form of an event. */
function wireEvent(event: HistoryEvent): RecordedEvent {
  const { atMs, detailsKey, details, ...rest } = event;
  return { ...rest, timestamp: String(atMs), ...(detailsKey ? { [detailsKey]: details } : {}) };
}

class World {
  readonly #program: Program;
  readonly #state: ExecutionState;
  readonly #outcomes: RecordedEvent[][];
  readonly #recorded: RecordedEvent[];
  readonly #queue: ExecutionEvent[] = [];
  #timers: { timerId: number; atMs: number }[] = [];
  #nowMs: number;
  readonly played: Played = { events: [], status: 'RUNNING' };

  constructor(program: Program, state: ExecutionState, recorded: RecordedEvent[]) {
    this.#program = program;
    this.#state = state;
    this.#recorded = recorded;
    this.#outcomes = outcomesOf(recorded);
    this.#nowMs = state.init.startTimeMs;
  }

  run(): Played {
    this.#feed({ kind: 'start', atMs: this.#nowMs });
    for (let i = 0; i < 100_000 && this.played.status === 'RUNNING'; i++) {
      const next = this.#queue.shift();
      if (next) this.#feed({ ...next, atMs: this.#nowMs });
      else if (!this.#fireTimer()) break;
    }
    return this.played;
  }

  #fireTimer(): boolean {
    const next = this.#timers.sort((a, b) => a.atMs - b.atMs)[0];
    if (!next) return false;
    this.#timers.shift();
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    this.#feed({ kind: 'timer', timerId: next.timerId, atMs: this.#nowMs });
    return true;
  }

  #feed(event: ExecutionEvent): void {
    for (const effect of step(this.#program, this.#state, event)) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'record':
        this.played.events.push(wireEvent(effect.event));
        return;
      case 'setTimer':
        this.#timers.push({ timerId: effect.timerId, atMs: this.#nowMs + effect.delayMs });
        return;
      case 'cancelTimer':
        this.#timers = this.#timers.filter(({ timerId }) => timerId !== effect.timerId);
        return;
      case 'invokeTask':
        this.#answer(effect);
        return;
      case 'startMapRun':
        this.#runMap(effect);
        return;
      case 'finish':
        Object.assign(this.played, effect);
        return;
    }
  }

  #answer({ taskId }: InvokeTask): void {
    const outcome = this.#outcomes.shift() ?? [];
    for (const event of outcome) {
      const details = (Object.entries(event).find(([key]) => key.endsWith('EventDetails'))?.[1] ?? {}) as {
        [member: string]: unknown;
      };
      const atMs = this.#nowMs;
      const error = details.error === undefined ? {} : { error: text(details.error) };
      const printed =
        event.type.startsWith('Lambda') && typeof details.cause !== 'string' ? pythonText : text;
      const cause = details.cause === undefined ? {} : { cause: printed(details.cause) };
      if (event.type.endsWith('Started')) {
        const workerName = details.workerName as string | undefined;
        this.#queue.push({
          kind: 'taskStarted',
          taskId,
          atMs,
          ...(workerName === undefined ? {} : { workerName }),
        });
      } else if (event.type.endsWith('Submitted')) {
        this.#queue.push({ kind: 'taskSubmitted', taskId, atMs, output: text(details.output) });
      } else if (event.type.endsWith('Succeeded')) {
        this.#queue.push({ kind: 'taskSucceeded', taskId, atMs, outputText: text(details.output) });
      } else if (event.type.endsWith('Failed')) {
        if (details.error === 'States.DataLimitExceeded') {
          this.#queue.push({
            kind: 'taskSucceeded',
            taskId,
            atMs,
            outputText: JSON.stringify('x'.repeat(300_000)),
          });
        } else {
          this.#queue.push({ kind: 'taskFailed', taskId, atMs, ...error, ...cause });
        }
      }
    }
  }

  /** The ARN recorded for the n-th Map Run. */
  #mapRunArn(): string {
    const recorded = this.#recorded.filter(({ type }) => type === 'MapRunStarted');
    const nth = this.played.events.filter(({ type }) => type === 'MapRunStarted').length;
    const details = recorded[nth]?.mapRunStartedEventDetails as { mapRunArn: string } | undefined;
    return details?.mapRunArn ?? 'map-run-arn';
  }

  #runMap(effect: StartMapRun): void {
    const { mapId } = effect;
    const atMs = this.#nowMs;
    this.#queue.push({ kind: 'mapRunStarted', mapId, mapRunArn: this.#mapRunArn(), atMs });
    const failed = this.#recorded.find(({ type }) => type === 'MapRunFailed');
    if (failed) {
      const { error, cause } = failed.mapRunFailedEventDetails as { error: string; cause: string };
      this.#queue.push({ kind: 'mapRunFailed', mapId, error, cause, atMs });
      return;
    }
    const label = this.#program.mapsByLabel.get(effect.label);
    const outputs = (effect.items ?? []).map((item, index) => {
      const group = label?.processor;
      const input = label?.itemSelector
        ? label.itemSelector({
            input: effect.selection.input,
            context: () => ({ ...effect.selection.context, Map: { Item: { Index: index, Value: item } } }),
            variables: { get: (name) => effect.selection.variables[name] },
            random: seededRandom(1),
            nowMs: atMs,
          })
        : item;
      const init: ExecutionInit = { ...this.#state.init, input: JSON.stringify(input) };
      const child = createExecution(this.#program, { ...init, ...(group ? { group } : {}) });
      const played = new World(this.#program, child, this.#recorded).run();
      return played.output ?? 'null';
    });
    const exited = this.#recorded.find(({ type }) => type === 'MapStateExited');
    const details = exited?.stateExitedEventDetails as { output: Json } | undefined;
    const outputText = effect.items ? `[${outputs.join(',')}]` : text(details?.output ?? []);
    this.#queue.push({ kind: 'mapRunSucceeded', mapId, outputText, atMs });
  }
}

/** The events between each Scheduled and the end of its task, in the order of the Scheduled events. */
function outcomesOf(recorded: RecordedEvent[]): RecordedEvent[][] {
  const isScheduled = (type: string) => /^(Task|LambdaFunction|Activity)Scheduled$/.test(type);
  const isOutcome = (type: string) =>
    /^(Task|LambdaFunction|Activity)(Started|Submitted|Succeeded|Failed|TimedOut)$/.test(type);
  return recorded
    .filter(({ type }) => isScheduled(type))
    .map((scheduled) => {
      const chain: RecordedEvent[] = [];
      let last = scheduled;
      for (const event of recorded) {
        const linked = typeof scheduled.id === 'number' ? event.previousEventId === last.id : true;
        if (event !== scheduled && linked && isOutcome(event.type)) {
          chain.push(event);
          last = event;
        }
      }
      return chain;
    });
}

/** Runs a definition against a recording; `undefined` with the diagnostics when it does not compile. */
export function play(
  definitionText: string,
  type: 'STANDARD' | 'EXPRESS',
  input: string,
  recorded: RecordedEvent[],
): Played | { diagnostics: string } {
  const { program, diagnostics } = compile(definitionText, { type });
  if (!program) return { diagnostics: JSON.stringify(diagnostics) };
  const started = recorded.find((event) => event.type === 'ExecutionStarted');
  const roleArn =
    (started?.executionStartedEventDetails as { roleArn?: string } | undefined)?.roleArn ?? 'role';
  const state = createExecution(program, {
    executionArn:
      type === 'STANDARD'
        ? 'arn:<partition>:states:<region>:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>'
        : 'arn:<partition>:states:<region>:111111111111:express:machine:run:id',
    name: '<ExecArnPart_0idx>',
    roleArn,
    stateMachineArn: 'arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>',
    stateMachineName: '<ArnPart_0idx>',
    input,
    startTimeMs: 1_700_000_000_000,
    random: seededRandom('conformance'),
    limits: limitsOf('aws-default'),
  });
  return new World(program, state, recorded).run();
}
