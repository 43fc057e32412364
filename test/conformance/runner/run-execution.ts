/** Kinds `execution` and `executions`: one machine, one input (or several), one recorded result each. */

import type { Json, JsonObject } from '../../../harness/core/json.ts';
import { printJson } from '../../../harness/core/json-print.ts';
import type { Case, Expected } from '../corpus.ts';
import { type Match, matchValue } from '../matcher/match.ts';
import { matchEvents } from '../matcher/match-events.ts';
import { historyOf, loggedEvents, pause, waitForEnd } from './history.ts';
import { errorOf } from './wire.ts';
import type { World } from './world.ts';

/** Undefined when the case passed, else what differed. */
export async function runExecutions(world: World, one: Case): Promise<string | undefined> {
  for (const companion of one.companions ?? []) await createCompanion(world, companion);
  const mocked = Object.keys((one.mockConfig?.['StateMachines'] as JsonObject | undefined) ?? {})[0];
  if (one.kind === 'execution')
    return runOne(
      world,
      one,
      mocked === undefined ? machineName(world, 0) : world.fill(mocked),
      one.definition!,
      one,
      one.expected,
    );
  for (const [i, run] of (one.runs ?? []).entries()) {
    const name = machineName(world, i);
    world.bind('<ArnPart_0idx>', name);
    const found = await runOne(world, one, name, run.definition ?? one.definition!, run, run.expected);
    if (found !== undefined) return `run ${i + 1}: ${found}`;
    forgetRun(world);
  }
  return undefined;
}

const machineName = (world: World, i: number) => (i === 0 ? world.fill('<ArnPart_0idx>') : `machine${i}`);

/** Ids of one run do not hold for the next. */
function forgetRun(world: World): void {
  world.bindings = new Map(
    [...world.bindings].filter(([token]) => !/ExecArn|uuid|MapRun|request_id/i.test(token)),
  );
}

async function createCompanion(world: World, companion: JsonObject): Promise<void> {
  const { body } = await world.sfn('CreateStateMachine', {
    name: companion['stateMachineName'] ?? 'companion',
    definition: companion['definition'] ?? {},
    roleArn: 'arn:aws:iam::111111111111:role/conformance',
    type: companion['type'] ?? 'STANDARD',
  });
  if (companion['started'] !== 'before') return;
  const { stateMachineArn } = body as { stateMachineArn: string };
  await world.sfn('StartExecution', { stateMachineArn, input: companion['input'] ?? {} });
}

async function runOne(
  world: World,
  one: Case,
  name: string,
  definition: JsonObject,
  run: { input?: Json; inputText?: string },
  expected: Expected,
): Promise<string | undefined> {
  const logGroup = one.setup?.find(({ op }) => op === 'CreateLogGroup')?.request['logGroupName'];
  const created = await world.sfn('CreateStateMachine', {
    name,
    definition: one.definitionText ?? definition,
    roleArn: roleArn(world),
    type: Array.isArray(one.type) ? one.type[0]! : (one.type ?? 'STANDARD'),
    ...(logGroup !== undefined && { loggingConfiguration: loggingOf(one, world.fill(logGroup as string)) }),
  });
  const exception = expected.other?.['exception'] as JsonObject | undefined;
  if (created.status !== 200) return exceptionOf(world, created, 'CreateStateMachine', exception);
  if (exception) return `CreateStateMachine was expected to fail: ${printJson(exception)}`;
  const { stateMachineArn } = created.body as { stateMachineArn: string };
  const suffix = one.testCase === undefined ? '' : `#${one.testCase}`;
  const started = await world.sfn(one.sync ? 'StartSyncExecution' : 'StartExecution', {
    stateMachineArn: stateMachineArn + suffix,
    ...(one.inputOmitted ? {} : { input: run.inputText ?? printJson(world.fill(run.input ?? {})) }),
    ...(one.name !== undefined && { name: one.name.replace(/[<>]/g, '') }),
  });
  if (started.status !== 200) return `start failed: ${printJson(errorOf(started))}`;
  if (one.sync)
    return compare(world, { startSyncResponse: started.body }, pick(expected, ['startSyncResponse']));
  const { executionArn } = started.body as { executionArn: string };
  if (one.type === 'EXPRESS')
    return compareLogs(world, one, executionArn, expected, String(world.fill(logGroup ?? '')));
  const description = await waitForEnd(world, executionArn);
  const found = await compareExecution(world, one, executionArn, description, expected);
  if (found !== undefined || !expected.loggedEvents) return found;
  return compareLogs(world, one, executionArn, expected, String(world.fill(logGroup ?? '')));
}

/** History, description and result of a STANDARD execution that has ended. */
export async function compareExecution(
  world: World,
  one: Case,
  executionArn: string,
  description: JsonObject,
  expected: Expected,
): Promise<string | undefined> {
  if (expected.events) {
    const events = await historyOf(world, executionArn);
    const order = one.eventOrder ?? 'as-recorded';
    const prefix = one.incompleteHistory ?? false;
    const [recorded, came] = one.mockConfig
      ? [expected.events, events].map(withoutSubmittedOutput)
      : [expected.events, events];
    const match = matchEvents(world.tokens, recorded!, came!, order, world.bindings, { prefix });
    const found = accept(world, match);
    if (found !== undefined) return found;
  }
  if (!expected.events && expected.status !== undefined) {
    const result = pick(description, ['status', 'output', 'error', 'cause']);
    const found = compare(world, result, pick(expected, ['status', 'output', 'error', 'cause']));
    if (found !== undefined) return `DescribeExecution ${found}`;
  }
  return expected.describeExecution
    ? compare(world, { describeExecution: description }, pick(expected, ['describeExecution']))
    : undefined;
}

/** A mock says nothing of what a service answers to a callback's request; the corpus skips it too. */
function withoutSubmittedOutput(events: readonly Json[]): Json[] {
  return (events as JsonObject[]).map((event) => {
    const details = event['taskSubmittedEventDetails'] as JsonObject | undefined;
    return details ? { ...event, taskSubmittedEventDetails: { ...details, output: '' } } : event;
  });
}

async function compareLogs(
  world: World,
  one: Case,
  executionArn: string,
  expected: Expected,
  logGroup: string,
): Promise<string | undefined> {
  let found: string | undefined;
  for (let tries = 0; tries < 40; tries++) {
    const records = await loggedEvents(world, logGroup, executionArn);
    const last = expected.lastLogEvent ?? (expected.other?.['end_event'] as JsonObject | undefined);
    found = last
      ? compare(world, { lastLogEvent: records.at(-1) ?? null }, { lastLogEvent: last })
      : compare(world, { loggedEvents: records }, { loggedEvents: expected.loggedEvents ?? [] });
    if (found === undefined) return undefined;
    await pause(25);
  }
  return `${found} (logging ${printJson(loggingOf(one, logGroup))})`;
}

/** Level and data as the test's id names them, `[pass.json5_ERROR_True]`; all of it elsewhere. */
function loggingOf(one: Case, logGroup: string): JsonObject {
  const [, level = 'ALL', data = 'True'] = /_(ALL|ERROR|FATAL|OFF)_(True|False)\]$/.exec(one.id) ?? [];
  return {
    level,
    includeExecutionData: data === 'True',
    destinations: [
      {
        cloudWatchLogsLogGroup: {
          logGroupArn: `arn:aws:logs:us-east-1:111111111111:log-group:${logGroup}:*`,
        },
      },
    ],
  };
}

function roleArn(world: World): string {
  const token = Object.keys(world.tokens.tokens).find((name) => /role_?arn/i.test(name));
  const value = 'arn:aws:iam::111111111111:role/conformance';
  if (token !== undefined) world.bind(token, value);
  return value;
}

/** Errors of creation, as the tests kept them: a summary of botocore's exception. */
export function exceptionOf(
  world: World,
  answer: { status: number; body: Json },
  op: string,
  exception: JsonObject | undefined,
): string | undefined {
  const { code, message } = errorOf(answer);
  if (!exception) return `${op} failed: ${code}: ${message}`;
  return compare(
    world,
    {
      exception: {
        exception_typename: code,
        exception_value: `An error occurred (${code}) when calling the ${op} operation: ${message}`,
      },
    },
    { exception },
  );
}

export function compare(world: World, actual: JsonObject, expected: JsonObject): string | undefined {
  return accept(world, matchValue(world.tokens, expected, actual, world.bindings));
}

export function accept(world: World, match: Match): string | undefined {
  if ('mismatch' in match) return match.mismatch;
  world.bindings = match.bindings;
  return undefined;
}

function pick(from: object, members: readonly string[]): JsonObject {
  const entries = Object.entries(from as JsonObject).filter(([key]) => members.includes(key));
  return Object.fromEntries(entries);
}
