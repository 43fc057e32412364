/**
 * `states:startExecution`, `.sync` (output as text) and `.sync:2` (output parsed). A parent that does not wait any
 * more stops the child it waited for.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html and recorded answers
 */

import { uuid } from '../../../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { StepFunctionsContext } from '../context.ts';
import { startExecution } from '../driver/start-execution.ts';
import { authorize } from '../own-calls.ts';
import { describedExecution } from '../render/describe-execution.ts';
import type { Execution } from '../store/execution.ts';
import {
  exceptionName,
  type Integration,
  isAwsError,
  javaSdk1Cause,
  type TaskCall,
  TaskFailure,
} from './integration.ts';
import { pascalCased } from './member-case.ts';
import { sdkMetadata } from './sdk-metadata.ts';

export const startExecutionIntegration: Integration = {
  name: 'states:startExecution',
  serves: (resource) =>
    resource.kind === 'service' && resource.service === 'states' && resource.action === 'startExecution',
  async run(call, context) {
    const execution = start(call, context);
    const answer = printJson(startAnswer(context, execution));
    const pattern = 'pattern' in call.resource ? call.resource.pattern : 'request';
    if (pattern === 'request' || pattern === 'waitForTaskToken') return answer;
    call.submitted(answer);
    return followExecution(call, context, execution);
  },
};

/** The outcome of a `.sync` task whose child has started. */
export async function followExecution(
  call: TaskCall,
  context: StepFunctionsContext,
  execution: Execution,
): Promise<string> {
  const pattern = 'pattern' in call.resource && call.resource.pattern === 'sync:2' ? 'sync:2' : 'sync';
  const ended = await finished(call, context, execution);
  const description = describe(ended, pattern);
  if (ended.status === 'SUCCEEDED') return printJson(description);
  throw new TaskFailure('States.TaskFailed', printJson(description));
}

function start(call: TaskCall, context: StepFunctionsContext): Execution {
  const parameters = isJsonObject(call.task.parameters) ? call.task.parameters : {};
  const { StateMachineArn, Name, Input, TraceHeader } = parameters;
  const startedBy = `${call.execution.sequence}/${call.task.taskId}`;
  // After a restart the child may know of its parent's call before the parent knows its answer.
  const known = context.executions.startedBy(startedBy);
  if (known) return known;
  try {
    authorize(context, call.roleArn, {
      action: 'states:StartExecution',
      resource: String(StateMachineArn ?? '').split('#')[0]!,
    });
    return startExecution(context, {
      stateMachineArn: String(StateMachineArn ?? ''),
      name: typeof Name === 'string' ? Name : undefined,
      input: inputText(Input),
      traceHeader: typeof TraceHeader === 'string' ? TraceHeader : undefined,
      startedBy,
    });
  } catch (error) {
    if (!isAwsError(error)) throw error;
    throw new TaskFailure(
      exceptionName('StepFunctions', error.code),
      javaSdk1Cause('AWSStepFunctions', error, uuid(context.env.random)),
    );
  }
}

/** Objects are sent as their text; a text is taken for JSON already; null is no input. */
function inputText(input: Json | undefined): string | undefined {
  if (input === undefined || input === null) return undefined;
  return typeof input === 'string' ? input : printJson(input);
}

function startAnswer(context: StepFunctionsContext, execution: Execution): JsonObject {
  // Java prints the seconds as 1.733000000123E9.
  const startDate = `${Number((execution.startedAtMs / 1e12).toFixed(12))}E9`;
  const body = `{"executionArn":${printJson(execution.arn)},"startDate":${startDate}}`;
  return {
    ExecutionArn: execution.arn,
    ...sdkMetadata({
      requestId: uuid(context.env.random),
      atMs: context.env.clock.nowMs(),
      contentType: 'application/x-amz-json-1.0',
      connection: 'connection',
      contentLengthBytes: Buffer.byteLength(body),
    }),
    StartDate: execution.startedAtMs,
  };
}

function finished(call: TaskCall, context: StepFunctionsContext, execution: Execution): Promise<Execution> {
  return new Promise((resolve) => {
    const handle = context.engine.handleOf(execution);
    if (!handle || execution.status !== 'RUNNING') return resolve(execution);
    handle.onFinish(resolve);
    call.signal.addEventListener('abort', () => handle.stop(), { once: true });
  });
}

/** DescribeExecution's answer in the case and with the dates of the AWS SDK for Java. */
function describe(execution: Execution, pattern: 'sync' | 'sync:2'): JsonObject {
  const described = pascalCased(describedExecution(execution));
  for (const date of ['StartDate', 'StopDate', 'RedriveDate'])
    if (typeof described[date] === 'number')
      described[date] = Math.round((described[date] as number) * 1_000);
  if (pattern === 'sync:2') {
    for (const text of ['Input', 'Output'])
      if (typeof described[text] === 'string') described[text] = parseJson(described[text] as string);
  }
  return described;
}
