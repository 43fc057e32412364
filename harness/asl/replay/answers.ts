/**
 * What the world told an execution, read from its recorded history: the event that makes the interpreter write the
 * recorded one.
 */
import type { Json } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import type { ExecutionEvent } from '../effects.ts';
import type { ExecutionState, OpenWork } from '../execution.ts';
import type { CompiledMap } from '../program.ts';
import type { RecordedEvent, RecordedHistory } from './recorded-history.ts';

type Untimed<E> = E extends unknown ? Omit<E, 'atMs'> : never;
export type Answer = Untimed<ExecutionEvent>;

const TASK = /^(?:Task|LambdaFunction|Activity)(Started|Submitted|Succeeded|Failed|TimedOut|\w+Failed)$/;
const PHASES: { readonly [moment: string]: 'schedule' | 'start' | 'submit' } = {
  ScheduleFailed: 'schedule',
  StartFailed: 'start',
  SubmitFailed: 'submit',
};

/**
 * The answer after which `event` can follow `previousId` (the id our history gave to its predecessor); `undefined`
 * when nothing that is open fits.
 */
export function answerFor(
  execution: ExecutionState,
  event: RecordedEvent,
  previousId: number,
  history: RecordedHistory,
): Answer | undefined {
  const { type, details } = event;
  const error = textOf(details['error']);
  const cause = textOf(details['cause']);
  const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  if (type === 'ExecutionAborted') return { kind: 'stop', ...why };
  if (type === 'ExecutionRedriven')
    return { kind: 'redrive', redriveCount: Number(details['redriveCount'] ?? 1) };
  const open = [...execution.open].filter(([, work]) => isAt(work, previousId));
  const [, moment] = TASK.exec(type) ?? [];
  const task = open.find(([, work]) => work.kind === 'task');
  if (moment !== undefined && task) return taskAnswer(task[0], moment, details, why);
  const map = open.find(([, work]) => work.kind === 'mapRun');
  if (map) return mapAnswer(map[0], map[1], event, history, why);
  if (type === 'ExecutionTimedOut' && execution.machineTimerId !== undefined)
    return { kind: 'timer', timerId: execution.machineTimerId };
  const timer = open.find(([, work]) => work.kind === 'timer');
  return timer && { kind: 'timer', timerId: timer[0] };
}

function isAt(work: OpenWork, id: number): boolean {
  const flow = work.run?.flow;
  return flow !== undefined && (flow.lastEventId === id || flow.asideEventId === id);
}

function taskAnswer(
  taskId: number,
  moment: string,
  details: RecordedEvent['details'],
  why: { error?: string; cause?: string },
): Answer {
  switch (moment) {
    case 'Started': {
      const workerName = textOf(details['workerName']);
      return { kind: 'taskStarted', taskId, ...(workerName === undefined ? {} : { workerName }) };
    }
    case 'Submitted':
      return { kind: 'taskSubmitted', taskId, output: textOf(details['output']) ?? '' };
    case 'Succeeded':
      return { kind: 'taskSucceeded', taskId, outputText: textOf(details['output']) ?? 'null' };
    case 'TimedOut':
      return { kind: 'taskFailed', taskId, ...why, phase: 'timeout' };
    default:
      return { kind: 'taskFailed', taskId, ...why, ...(PHASES[moment] ? { phase: PHASES[moment] } : {}) };
  }
}

function mapAnswer(
  mapId: number,
  work: OpenWork,
  { id, type, details }: RecordedEvent,
  history: RecordedHistory,
  why: { error?: string; cause?: string },
): Answer | undefined {
  switch (type) {
    case 'MapRunStarted':
      return { kind: 'mapRunStarted', mapId, mapRunArn: textOf(details['mapRunArn']) ?? '' };
    case 'MapRunRedriven':
      return {
        kind: 'mapRunStarted',
        mapId,
        mapRunArn: textOf(details['mapRunArn']) ?? '',
        redriveCount: Number(details['redriveCount'] ?? 1),
      };
    case 'MapRunFailed':
      return {
        kind: 'mapRunFailed',
        mapId,
        error: why.error ?? '',
        ...(why.cause ? { cause: why.cause } : {}),
      };
    case 'MapRunSucceeded': {
      const outputText = mapOutput(work, id, history);
      return outputText === undefined ? undefined : { kind: 'mapRunSucceeded', mapId, outputText };
    }
    default:
      return undefined;
  }
}

/** AWS records no result of a Map Run: it is the state's output where nothing changes it, or the children's outputs. */
function mapOutput(
  { run }: OpenWork,
  id: number,
  { events, children = [] }: RecordedHistory,
): string | undefined {
  const state = run?.state as CompiledMap;
  const untouched =
    state.queryLanguage === 'JSONata'
      ? !state.output
      : !state.resultSelector && !state.resultPath && !state.outputPath;
  const exited = events.find(
    (event) => event.id > id && event.type === 'MapStateExited' && event.details['name'] === state.name,
  );
  if (untouched && exited) return textOf(exited.details['output']);
  const label = `/${state.label ?? state.name}:`;
  const ended = children
    .filter(({ executionArn = '' }) => executionArn.includes(label))
    .map((child) => textOf(child.events.at(-1)?.details['output']));
  return ended.length > 0 && ended.every((output) => output !== undefined)
    ? `[${ended.join(',')}]`
    : undefined;
}

/** A member as the text AWS sends; histories that were taken apart hold some texts as values. */
export function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : printJson(value);
}
