/**
 * What a Task can do: one integration per file. An integration resolves with the text of the result as the
 * service answered it, or throws a TaskFailure; everything around it (history, retries, timeouts) is the
 * interpreter's.
 */
import type { InvokeTask } from '../../../../asl/effects.ts';
import { AwsError } from '../../../../core/errors.ts';
import type { StepFunctionsContext } from '../context.ts';
import type { Execution } from '../store/execution.ts';
import type { TaskResource } from './resource.ts';

/** One attempt of one Task. */
export interface TaskCall {
  readonly task: InvokeTask;
  readonly resource: TaskResource;
  readonly execution: Execution;
  /** Aborted when the outcome is not wanted any more. */
  readonly signal: AbortSignal;
  /** The work has begun; an activity names its worker. */
  started(workerName?: string): void;
  /** A job, or the request of a callback, has been accepted with this answer. */
  submitted(output: string): void;
  /** A sign of life: the heartbeat timer starts anew. */
  heartbeat(): void;
  /** Keeps an outcome whose sender is answered, before it is known to anybody. @throws the file system's error */
  accept(outcome: { output: string } | { failure: TaskFailure }): void;
  /** The role the call is made with: Credentials, else the machine's own. */
  readonly roleArn: string;
}

export interface Integration {
  /** Shown in errors and docs, e.g. `lambda:invoke`. */
  readonly name: string;
  serves(resource: TaskResource): boolean;
  run(call: TaskCall, context: StepFunctionsContext): Promise<string>;
}

/** How a Task fails; `error` and `cause` go into the history as they are. */
export class TaskFailure extends Error {
  readonly error: string | undefined;
  readonly failureCause: string | undefined;
  readonly phase: 'schedule' | 'start' | 'submit' | 'run' | 'timeout';
  /** Neither Retry nor Catch is asked: the emulator's own shortcoming must not pass for a failure of the service. */
  readonly terminal: boolean;

  constructor(
    error: string | undefined,
    cause: string | undefined,
    phase: TaskFailure['phase'] = 'run',
    terminal = false,
  ) {
    super(`${error}: ${cause}`);
    this.name = 'TaskFailure';
    this.error = error;
    this.failureCause = cause;
    this.phase = phase;
    this.terminal = terminal;
  }
}

/**
 * The sentence of an optimised integration, made by the AWS SDK for Java 1, e.g. "Function not found: ...
 * (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ...; Proxy: null)".
 */
export function javaSdk1Cause(service: string, error: AwsError, requestId: string): string {
  return `${error.message} (Service: ${service}; Status Code: ${error.status}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null)`;
}

/** Where no class of the SDK stands for a refusal, the service's general one does (seen in AWS's histories). */
const GENERAL_EXCEPTIONS = new Map([
  ['Lambda', 'AWSLambdaException'],
  ['StepFunctions', 'AWSStepFunctionsException'],
]);

/** `ResourceNotFound` and `ResourceNotFoundException` alike become `Lambda.ResourceNotFoundException`. */
export function exceptionName(service: string, code: string): string {
  const general = GENERAL_EXCEPTIONS.get(service);
  if (general !== undefined && code === 'AccessDeniedException') return `${service}.${general}`;
  return `${service}.${code.endsWith('Exception') ? code : `${code}Exception`}`;
}

export const isAwsError = (error: unknown): error is AwsError => error instanceof AwsError;
