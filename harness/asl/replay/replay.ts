/**
 * Replay: a history recorded on AWS, or anywhere, run again on the interpreter. The recorded results of tasks, timers and
 * Map Runs are fed to it, and each event it writes is compared with the recorded one. The first that differs is told
 * with both sides.
 *
 * Events of branches and iterations may come in another order: each recorded event is matched by an event of ours that
 * follows the same predecessor.
 */
import { type JsonObject, numberOf } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import type { AwsLimits } from '../../core/limits.ts';
import type { Random } from '../../core/random.ts';
import type { ExecutionEvent } from '../effects.ts';
import { createExecution, type ExecutionInit, type ExecutionState } from '../execution.ts';
import type { Program } from '../program.ts';
import { step } from '../step.ts';
import { answerFor, textOf } from './answers.ts';
import { asRecorded, type RecordedEvent, type RecordedHistory } from './recorded-history.ts';

export interface ReplayOptions {
  random: Random;
  limits: AwsLimits;
  /** True when our event's details are those recorded; compares texts unless given. */
  sameDetails?: (recorded: RecordedEvent, ours: RecordedEvent) => boolean;
  /** The recording may have been made while the execution ran. */
  mayContinue?: boolean;
}

export interface Replay {
  /** Events that were equal. */
  equalCount: number;
  /** Absent when all are. */
  difference?: Difference;
}

export interface Difference {
  /** The recorded event, absent when ours goes on where the recording ends. */
  recorded?: RecordedEvent;
  /** Our event in its place, absent when ours writes none. */
  ours?: RecordedEvent;
  /** Set when the interpreter itself cannot go on from the recording. */
  reason?: string;
}

/** Runs a recorded history against `program`. */
export function replay(program: Program, history: RecordedHistory, options: ReplayOptions): Replay {
  const { events } = history;
  const first = events[0];
  if (first?.type !== 'ExecutionStarted')
    return { equalCount: 0, difference: { reason: 'The history does not begin with ExecutionStarted.' } };
  const player = new Player(program, createExecution(program, initOf(program, history, first, options)));
  const sameDetails = options.sameDetails ?? ((recorded, ours) => player.sameTexts(recorded, ours));
  player.feed({ kind: 'start' }, first.atMs);
  for (const [equalCount, recorded] of events.entries()) {
    let found = player.match(recorded, sameDetails);
    if (!found && !player.nearest(recorded)) {
      const answer = answerFor(player.execution, recorded, player.idOf(recorded.previousEventId), history);
      if (answer) player.feed(answer, recorded.atMs);
      found = player.match(recorded, sameDetails);
    }
    if (!found) return { equalCount, difference: differenceAt(player, recorded) };
  }
  const extra = options.mayContinue ? undefined : player.unmatched[0];
  return { equalCount: events.length, ...(extra ? { difference: { ours: extra } } : {}) };
}

function differenceAt(player: Player, recorded: RecordedEvent): Difference {
  const ours = player.nearest(recorded) ?? player.unmatched[0];
  if (ours) return { recorded, ours };
  const reason =
    recorded.type === 'MapRunSucceeded'
      ? 'The result of the Map Run is not in the recording: record the execution with its children.'
      : 'The interpreter waits for something that the recording does not have.';
  return { recorded, reason };
}

class Player {
  readonly execution: ExecutionState;
  /** Events of ours that no recorded one has been matched with. */
  readonly unmatched: RecordedEvent[] = [];
  readonly #program: Program;
  /** Our ids by recorded ones. */
  readonly #ids = new Map<number, number>([[0, 0]]);
  readonly #tokens: string[] = [];

  constructor(program: Program, execution: ExecutionState) {
    this.#program = program;
    this.execution = execution;
  }

  idOf(recordedId: number): number {
    return this.#ids.get(recordedId) ?? -1;
  }

  feed(answer: object, atMs: number): void {
    for (const effect of step(this.#program, this.execution, { ...answer, atMs } as ExecutionEvent)) {
      if (effect.kind === 'record') this.unmatched.push(asRecorded(effect.event));
      if (effect.kind === 'invokeTask' && effect.taskToken !== '') this.#tokens.push(effect.taskToken);
    }
  }

  match(recorded: RecordedEvent, same: (recorded: RecordedEvent, ours: RecordedEvent) => boolean): boolean {
    const at = this.unmatched.findIndex((ours) => this.#follows(recorded, ours) && same(recorded, ours));
    if (at < 0) return false;
    this.#ids.set(recorded.id, (this.unmatched[at] as RecordedEvent).id);
    this.unmatched.splice(at, 1);
    return true;
  }

  /** Our event of the same type after the same predecessor. */
  nearest(recorded: RecordedEvent): RecordedEvent | undefined {
    return this.unmatched.find((ours) => this.#follows(recorded, ours));
  }

  #follows({ type, previousEventId }: RecordedEvent, ours: RecordedEvent): boolean {
    return ours.type === type && ours.previousEventId === this.idOf(previousEventId);
  }

  /** Details as AWS prints them; a task token of ours stands for any text. */
  sameTexts(recorded: RecordedEvent, ours: RecordedEvent): boolean {
    const [theirs, own] = [comparable(recorded.details), comparable(ours.details)];
    if (theirs === own) return true;
    const token = this.#tokens.find((each) => own.includes(each));
    if (token === undefined) return false;
    const parts = this.#tokens.reduce((texts, each) => texts.flatMap((text) => text.split(each)), [own]);
    return new RegExp(
      `^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`,
    ).test(theirs);
  }
}

/** Members in the order of their names: the wire has none. */
function comparable(details: JsonObject): string {
  return printJson(Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function initOf(
  program: Program,
  { executionArn = 'arn:aws:states:us-east-1:000000000000:execution:replayed:run', type }: RecordedHistory,
  { atMs, details }: RecordedEvent,
  { random, limits }: ReplayOptions,
): ExecutionInit {
  const parts = executionArn.split(':');
  const [machineName = '', label] = (parts[6] ?? '').split('/');
  const group = label === undefined ? undefined : program.mapsByLabel.get(label)?.processor;
  const { stateMachineVersionArn, stateMachineAliasArn } = details;
  return {
    executionArn,
    name: parts[7] ?? '',
    roleArn: textOf(details['roleArn']) ?? '',
    stateMachineArn: [...parts.slice(0, 5), 'stateMachine', parts[6]].join(':'),
    stateMachineName: label === undefined ? machineName : `${machineName}/${label}`,
    input: textOf(details['input']) ?? '{}',
    startTimeMs: numberOf(atMs) ?? 0,
    random,
    limits,
    ...(type ? { type } : {}),
    ...(group ? { group } : {}),
    startedDetails: {
      ...(typeof stateMachineVersionArn === 'string' ? { stateMachineVersionArn } : {}),
      ...(typeof stateMachineAliasArn === 'string' ? { stateMachineAliasArn } : {}),
    },
  };
}
