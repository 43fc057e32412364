import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetActivityTaskCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListMapRuns,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { jsonValue } from '../../record/json-value.ts';
import { withRealBuckets } from '../execution-input.ts';
import { poll, StepFailed } from './poll.ts';
import { defineStep, type StepContext } from './step.ts';

const schema = z
  .strictObject({
    state: z.string().min(1).describe('state that waits, of the last execution started or of its Map Runs'),
    output: jsonValue.optional().describe('its result: the task succeeds'),
    error: z.string().min(1).optional().describe('error name: the task fails'),
    cause: z.string().optional().describe('cause beside the error'),
    timeoutSeconds: z
      .number()
      .positive()
      .optional()
      .describe('how long the state may take to be waiting; the timeout of `execution` when left out'),
  })
  .refine(({ output, error }) => (output === undefined) !== (error === undefined), {
    message: 'sendTaskResult needs one of "output" and "error"',
  });

/** Ends a task that waits for its token (`.waitForTaskToken`), or for a worker of its activity. */
export const sendTaskResult = defineStep({
  description: 'ends a task that waits for a task token, or for a worker of its activity',
  schema,
  async carryOut(step, context) {
    const execution = context.executions.at(-1);
    if (!execution) {
      throw new HarnessError('no-execution', 'The step "sendTaskResult" comes before any execution.', {
        exitCode: ExitCode.inputWrong,
        remedy: 'Put a step "execute: {wait: false}" before it.',
      });
    }
    await sendResult(step, execution.arn, context);
    return {};
  },
});

/** Ends the task of an execution that waits in a state, as soon as there is one. */
export async function sendResult(
  { state, output, error, cause, timeoutSeconds }: z.output<typeof schema>,
  executionArn: string,
  context: Pick<StepContext, 'clients' | 'clock' | 'signal' | 'timeoutSeconds' | 'buckets'>,
): Promise<void> {
  const client = context.clients.stepfunctions;
  const task = await taskOf(client, executionArn, state);
  const what = `a waiting task of the state ${state}`;
  const taskToken = await poll(
    {
      clock: context.clock,
      signal: context.signal,
      timeoutSeconds: timeoutSeconds ?? context.timeoutSeconds,
      what,
    },
    async () => {
      // Asked before the token: an execution that ends in between is seen by the next poll.
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const token = await task.token();
      if (token === undefined && status !== 'RUNNING')
        throw new StepFailed(what, `the execution ended ${status} before`);
      return token;
    },
  );
  if (error === undefined) {
    const text = JSON.stringify(withRealBuckets(output as Json, context.buckets));
    await client.send(new SendTaskSuccessCommand({ taskToken, output: text }));
  } else await client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
}

interface WaitingTask {
  /** The token, as soon as there is one. */
  token(): Promise<string | undefined>;
}

/** What a state of the execution's definition waits for. @throws HarnessError for one that waits for nobody */
async function taskOf(client: SFNClient, executionArn: string, state: string): Promise<WaitingTask> {
  const { definition = '{}' } = await client.send(
    new DescribeStateMachineForExecutionCommand({ executionArn }),
  );
  const found = stateNamed(JSON.parse(definition) as Json, state);
  const resource = String(found?.['Resource'] ?? '');
  if (/:activity:[^:]+$/.test(resource)) {
    return {
      async token() {
        const task = await client.send(new GetActivityTaskCommand({ activityArn: resource }));
        return task.taskToken || undefined;
      },
    };
  }
  const path = found && tokenPath(found['Parameters'] ?? found['Arguments'] ?? null);
  if (!path) {
    throw new HarnessError(
      'no-task-token',
      `the state "${state}" hands out no task token: ${found ? 'its arguments have no $$.Task.Token' : 'the state machine has no such state'}`,
      {
        exitCode: ExitCode.inputWrong,
        remedy: 'Name a state whose resource ends in .waitForTaskToken, or that calls an activity.',
      },
    );
  }
  return {
    async token() {
      for await (const arn of withChildren(client, executionArn)) {
        const token = await pendingToken(client, arn, state, path);
        if (token !== undefined) return token;
      }
      return undefined;
    },
  };
}

function stateNamed(node: Json, name: string): JsonObject | undefined {
  if (Array.isArray(node)) return firstOf(node.map((one) => () => stateNamed(one, name)));
  if (!isJsonObject(node)) return undefined;
  const states = node['States'];
  const own = isJsonObject(states) && Object.hasOwn(states, name) ? states[name] : undefined;
  if (own !== undefined && isJsonObject(own)) return own;
  return firstOf(Object.values(node).map((one) => () => stateNamed(one, name)));
}

function firstOf<Value>(makers: readonly (() => Value | undefined)[]): Value | undefined {
  for (const make of makers) {
    const value = make();
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `$$.Task.Token` of JSONPath, `{% $states.context.Task.Token %}` of JSONata. */
const TOKEN = /^\s*(?:\$\$\.Task\.Token|\{%\s*\$states\.context\.Task\.Token\s*%\})\s*$/;

/** Where the token stands in the arguments, as member names. */
function tokenPath(node: Json): string[] | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const members = Object.entries(node) as [string, Json][];
  return firstOf(
    members.map(([key, value]) => () => {
      const name = key.replace(/\.\$$/, '');
      if (typeof value === 'string') return TOKEN.test(value) ? [name] : undefined;
      const below = tokenPath(value);
      return below && [name, ...below];
    }),
  );
}

/** The execution, then the children of its Map Runs that still run. */
async function* withChildren(client: SFNClient, executionArn: string): AsyncGenerator<string> {
  yield executionArn;
  for await (const { mapRuns = [] } of paginateListMapRuns({ client }, { executionArn })) {
    for (const { mapRunArn } of mapRuns) {
      const pages = paginateListExecutions({ client }, { mapRunArn, statusFilter: 'RUNNING' });
      for await (const { executions = [] } of pages) {
        for (const one of executions) yield one.executionArn!;
      }
    }
  }
}

/** Token of the first task of the state that was scheduled and has not ended. */
async function pendingToken(
  client: SFNClient,
  executionArn: string,
  state: string,
  path: readonly string[],
): Promise<string | undefined> {
  /** State of each event, along `previousEventId`. */
  const stateOf = new Map<number, string | undefined>();
  const pending = new Map<number, string>();
  /** The scheduled event that an event of a task follows. */
  const taskOfEvent = new Map<number, number>();
  for await (const { events = [] } of paginateGetExecutionHistory(
    { client },
    { executionArn, includeExecutionData: true },
  )) {
    for (const event of events) {
      const { id = 0, previousEventId = 0, type = '' } = event;
      stateOf.set(id, event.stateEnteredEventDetails?.name ?? stateOf.get(previousEventId));
      if (type === 'TaskScheduled' && stateOf.get(id) === state) {
        const token = member(event.taskScheduledEventDetails?.parameters, path);
        if (token !== undefined) pending.set(id, token);
        taskOfEvent.set(id, id);
        continue;
      }
      const scheduled = taskOfEvent.get(previousEventId);
      if (scheduled === undefined) continue;
      taskOfEvent.set(id, scheduled);
      if (/^Task(Succeeded|Failed|TimedOut)$/.test(type)) pending.delete(scheduled);
    }
  }
  return [...pending.values()][0];
}

function member(text: string | undefined, path: readonly string[]): string | undefined {
  let value: Json | undefined = JSON.parse(text ?? 'null') as Json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as JsonObject)[name];
  }
  return typeof value === 'string' ? value : undefined;
}
