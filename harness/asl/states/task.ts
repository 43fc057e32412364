import { alphanumeric } from '../../core/ids.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { isJsonObject } from '../../core/json.ts';
import { JsonText } from '../data/json-text.ts';
import { AslFailure, type Scope } from '../data/scope.ts';
import { effectiveText, exceedsPayload, finishWork, takeInput } from '../data-flow.ts';
import type { ExecutionEvent } from '../effects.ts';
import { type Machine, type Outcome, PENDING, type StateRun, type TaskAttempt } from '../execution.ts';
import { dataLimitExceeded, errorDetails, type Failure, shown } from '../failure.ts';
import { dataDetails, recordInFlow } from '../history-writer.ts';
import { inspect } from '../inspection.ts';
import { cancelWork, closeWork, openWork, setTimer } from '../open-work.ts';
import type { CompiledTask } from '../program.ts';
import { hasToken, parseResource, scheduledDetails, type TaskMoment, taskEvent } from '../task-events.ts';
import type { StateHandler } from './handler.ts';

export const task: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledTask;
    const token = hasToken(parseResource(state.resource)) ? newToken(machine) : '';
    run.task = { taskId: 0, token, heartbeatMs: undefined, heartbeatTimerId: undefined, started: false };
    checkActivity(machine, state);
    const scope = takeInput(machine, run);
    const parameters = state.arguments
      ? effectiveText(run).carry(state.arguments(scope))
      : effectiveText(run);
    inspect(
      machine,
      state.queryLanguage === 'JSONata' ? 'afterArguments' : 'afterParameters',
      parameters.value,
    );
    if (exceedsPayload(machine, parameters.text)) {
      return { kind: 'fail', failure: dataLimitExceeded(state.name, 'state') };
    }
    checkParameters(machine, state, parameters);
    return mocked(machine, run) ?? schedule(machine, run, run.task, scope, parameters);
  },

  onEvent(machine, run, event): Outcome {
    const { task: attempt } = run;
    if (!attempt) return PENDING;
    switch (event.kind) {
      case 'taskStarted':
        noteStarted(machine, run, attempt, event.workerName);
        return PENDING;
      case 'taskSubmitted':
        noteStarted(machine, run, attempt);
        note(machine, run, 'Submitted', dataDetails('output', event.output));
        return PENDING;
      case 'taskHeartbeat':
        beat(machine, run, attempt);
        return PENDING;
      case 'taskSucceeded':
        finish(machine, run, attempt);
        return succeeded(machine, run, attempt, event.outputText);
      case 'taskFailed':
        finish(machine, run, attempt);
        return failed(machine, run, attempt, event);
      default:
        return PENDING;
    }
  },

  onTimer(machine, run, purpose): Outcome {
    const { task: attempt } = run;
    if (!attempt) return PENDING;
    cancelWork(machine, attempt.taskId);
    finish(machine, run, attempt);
    return timedOut(machine, run, purpose === 'heartbeat');
  },
};

/** Looks like AWS's, which are opaque and long. */
function newToken(machine: Machine): string {
  return `AQC${alphanumeric(machine.execution.init.random, 61)}`;
}

/** A deleted activity fails the state before anything is scheduled (recorded case test_activities). */
function checkActivity({ execution }: Machine, { resource }: CompiledTask): void {
  const { hasActivity } = execution.init;
  if (!hasActivity || parseResource(resource).kind !== 'activity' || hasActivity(resource)) return;
  throw new AslFailure('States.Runtime', `The activity ${resource} does not exist.`);
}

function checkParameters(machine: Machine, state: CompiledTask, parameters: JsonText): void {
  const reasons = machine.execution.init.checkTask?.(state.resource, parameters.value) ?? [];
  if (reasons.length === 0) return;
  throw new AslFailure(
    'States.Runtime',
    `The Parameters '${shown(parameters.value)}' could not be used to start the Task: [${reasons.join(', ')}]`,
  );
}

/** TestState's mock instead of the work. */
function mocked(machine: Machine, run: StateRun): Outcome | undefined {
  const inspection = machine.execution.init.inspection;
  if (inspection?.mockResult !== undefined) return finishWork(machine, run, inspection.mockResult);
  if (!inspection?.mockError) return undefined;
  const { error, cause } = inspection.mockError;
  return { kind: 'fail', failure: { error, cause, origin: 'task', terminal: false } };
}

function schedule(
  machine: Machine,
  run: StateRun,
  attempt: TaskAttempt,
  scope: Scope,
  parameters: JsonText,
): Outcome {
  const state = run.state as CompiledTask;
  const timeoutSeconds = state.timeoutSeconds?.(scope);
  const heartbeatSeconds = state.heartbeatSeconds?.(scope);
  const roleArn = roleOf(state.credentials?.(scope));
  const given = {
    parametersText: parameters.text,
    region: machine.execution.region,
    timeoutSeconds,
    heartbeatSeconds,
    roleArn,
  };
  note(machine, run, 'Scheduled', scheduledDetails(parseResource(state.resource), given));
  attempt.taskId = openWork(machine, { kind: 'task', run });
  machine.effects.push({
    kind: 'invokeTask',
    taskId: attempt.taskId,
    stateName: state.name,
    resource: state.resource,
    parameters: parameters.value,
    parametersText: parameters.text,
    taskToken: attempt.token,
    enteredEventId: run.enteredEventId,
    retryCount: run.retryCount,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    ...(roleArn === undefined ? {} : { credentialsRoleArn: roleArn }),
  });
  if (timeoutSeconds !== undefined) setTimer(machine, run, 'taskTimeout', timeoutSeconds * 1000);
  if (heartbeatSeconds !== undefined) {
    attempt.heartbeatMs = heartbeatSeconds * 1000;
    beat(machine, run, attempt);
  }
  return PENDING;
}

function roleOf(credentials: Json | undefined): string | undefined {
  const role = isJsonObject(credentials) ? credentials.RoleArn : undefined;
  return typeof role === 'string' ? role : undefined;
}

/** Sets the heartbeat timer anew. */
function beat(machine: Machine, run: StateRun, attempt: TaskAttempt): void {
  if (attempt.heartbeatMs === undefined) return;
  if (attempt.heartbeatTimerId !== undefined) cancelWork(machine, attempt.heartbeatTimerId);
  attempt.heartbeatTimerId = setTimer(machine, run, 'heartbeat', attempt.heartbeatMs);
}

/** The task has its final answer: its timers are called off. */
function finish(machine: Machine, run: StateRun, attempt: TaskAttempt): void {
  closeWork(machine, attempt.taskId);
  for (const id of [...run.openIds]) cancelWork(machine, id);
}

function note(machine: Machine, run: StateRun, moment: TaskMoment, own: JsonObject): void {
  const { type, detailsKey, details } = taskEvent(
    parseResource((run.state as CompiledTask).resource),
    moment,
    own,
  );
  recordInFlow(machine, run.flow, type, detailsKey, details);
}

function noteStarted(machine: Machine, run: StateRun, attempt: TaskAttempt, workerName?: string): void {
  if (attempt.started) return;
  attempt.started = true;
  note(machine, run, 'Started', workerName === undefined ? {} : { workerName });
}

function succeeded(machine: Machine, run: StateRun, attempt: TaskAttempt, outputText: string): Outcome {
  noteStarted(machine, run, attempt);
  if (exceedsPayload(machine, outputText)) {
    const resource = parseResource((run.state as CompiledTask).resource);
    return workFailed(machine, run, 'Failed', dataLimitExceeded(resource.limitName, 'task'));
  }
  note(machine, run, 'Succeeded', dataDetails('output', outputText));
  run.task = undefined;
  return finishWork(machine, run, parseResult(outputText));
}

/** Services answer JSON; a text that is none is taken as a string rather than lost. */
function parseResult(text: string): JsonText {
  try {
    return JsonText.parse(text);
  } catch {
    return new JsonText(text);
  }
}

function failed(
  machine: Machine,
  run: StateRun,
  attempt: TaskAttempt,
  event: Extract<ExecutionEvent, { kind: 'taskFailed' }>,
): Outcome {
  const { error, cause, phase = 'run', terminal = false } = event;
  if (phase === 'timeout') return timedOut(machine, run, error === 'States.HeartbeatTimeout');
  if (phase === 'submit' || phase === 'run') noteStarted(machine, run, attempt);
  const moments = {
    schedule: 'ScheduleFailed',
    start: 'StartFailed',
    submit: 'SubmitFailed',
    run: 'Failed',
  } as const;
  // A worker may fail a task without saying why: SendTaskFailure's members are optional.
  const failure: Failure = { error: error || undefined, cause, origin: 'task', terminal };
  return workFailed(machine, run, moments[phase], failure);
}

function timedOut(machine: Machine, run: StateRun, heartbeat: boolean): Outcome {
  const { task: attempt } = run;
  if (attempt && parseResource((run.state as CompiledTask).resource).kind !== 'activity') {
    noteStarted(machine, run, attempt);
  }
  return workFailed(machine, run, 'TimedOut', {
    error: 'States.Timeout',
    cause: undefined,
    origin: 'task',
    terminal: false,
    ...(heartbeat ? { alias: 'States.HeartbeatTimeout' } : {}),
  });
}

function workFailed(machine: Machine, run: StateRun, moment: TaskMoment, failure: Failure): Outcome {
  note(machine, run, moment, errorDetails(failure));
  return { kind: 'fail', failure };
}
