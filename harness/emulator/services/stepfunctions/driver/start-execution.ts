/** StartExecution as the API and machines call it. */
import { parseJson } from '../../../../core/json-parse.ts';
import type { ExecutionHandle, StepFunctionsContext } from '../context.ts';
import {
  executionAlreadyExists,
  invalidExecutionInput,
  stateMachineDeleting,
  throttled,
  validationError,
} from '../errors.ts';
import { checkName } from '../names.ts';
import { checkRole } from '../own-calls.ts';
import { type Execution, isOpen } from '../store/execution.ts';

export interface StartExecutionInput {
  /** ARN of a machine, version or alias; `#testCase` at its end chooses mocks. */
  stateMachineArn: string;
  name?: string | undefined;
  input?: string | undefined;
  traceHeader?: string | undefined;
  /** The caller waits for the end: StartSyncExecution. */
  synchronous?: boolean;
  /** The task of another execution that starts it: `SEQUENCE/TASK`. */
  startedBy?: string;
}

/** Starts an execution, or finds the running one of the same name and input. Throws AwsError. */
export function startExecution(context: StepFunctionsContext, input: StartExecutionInput): Execution {
  const existing = running(context, input);
  if (existing) return existing;
  const handle = prepareExecution(context, input);
  if (handle.execution.type === 'STANDARD') context.executions.add(handle.execution);
  handle.start();
  return handle.execution;
}

/** Checks everything and creates the execution, without listing or starting it. */
export function prepareExecution(
  context: StepFunctionsContext,
  request: StartExecutionInput,
): ExecutionHandle {
  const { arn, testCase } = splitTestCase(request.stateMachineArn);
  const target = context.machines.resolve(arn, context.env.random);
  if (target.machine.status === 'DELETING') throw stateMachineDeleting(arn);
  if (testCase !== undefined && !context.mocks.hasTestCase(target.machine.name, testCase))
    throw validationError(`The mock configuration has no test case '${testCase}' for ${target.machine.name}`);
  checkRole(context, target.revision.roleArn, target.machine.arn);
  const text = checkInput(request.input ?? '{}', context.env.limits.sfnPayloadBytes);
  if (request.name !== undefined) checkName(request.name);
  // Virtual time does not pass while calls come in: only wall time is throttled.
  if (context.env.clock.kind === 'wall' && !context.startRate.tryTake()) throw throttled();
  return context.engine.create({
    target,
    input: text,
    ...(request.name === undefined ? {} : { name: request.name }),
    ...(request.traceHeader === undefined ? {} : { traceHeader: request.traceHeader }),
    ...(testCase === undefined ? {} : { testCase }),
    ...(request.synchronous ? { synchronous: true } : {}),
    ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
  });
}

/**
 * A name is free for one execution: the same name with the same input is the running execution itself, anything
 * else is refused.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
function running(context: StepFunctionsContext, request: StartExecutionInput): Execution | undefined {
  if (request.name === undefined) return undefined;
  const { arn } = splitTestCase(request.stateMachineArn);
  const { machine, revision } = context.machines.resolve(arn, context.env.random);
  if (machine.type === 'EXPRESS') return undefined;
  checkName(request.name);
  const executionArn = context.arns.execution(machine.name, request.name);
  const known = context.executions.find(executionArn);
  if (!known) return undefined;
  const same = known.history.input === (request.input ?? '{}') && known.revision === revision;
  if (!same || !isOpen(known)) throw executionAlreadyExists(executionArn);
  return known;
}

/** `#testCase` behind the ARN of a machine chooses its mocks. */
export function splitTestCase(arn: string): { arn: string; testCase?: string } {
  const hash = arn.indexOf('#');
  return hash < 0 ? { arn } : { arn: arn.slice(0, hash), testCase: arn.slice(hash + 1) };
}

function checkInput(text: string, maxBytes: number): string {
  if (text.length > maxBytes)
    throw validationError(
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
    );
  if (text === '') throw invalidExecutionInput('Invalid execution input.');
  try {
    parseJson(text);
  } catch (error) {
    throw invalidExecutionInput(error instanceof Error ? error.message : String(error));
  }
  return text;
}
