import type { Json, JsonObject } from '../core/json.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import type { RunRecord } from '../record/run-record.ts';
import { type ExecuteOptions, startExecution, untilEnded } from '../scenario/execute.ts';
import type { BucketNames } from '../scenario/execution-input.ts';
import { sendResult } from '../scenario/steps/send-task-result.ts';

export type TaskResult = { output: Json } | { error: string; cause?: string };

type Options = Omit<ExecuteOptions, 'signal' | 'onProgress' | 'clients'> & {
  clients: AwsClients;
  stateMachineArn: string;
  name: string;
  /** Which of the project's executions it is, counted from 1. */
  number: number;
  input: JsonObject;
  buckets: BucketNames;
  record(arn: string, startedAtMs: number): Promise<RunRecord>;
};

/** An execution that was started, and perhaps still runs. */
export class RunningExecution {
  readonly arn: string;
  readonly #options: Options & Pick<ExecuteOptions, 'signal' | 'onProgress'>;
  readonly #startedAtMs: number;

  private constructor(arn: string, options: Options, startedAtMs: number) {
    this.arn = arn;
    this.#options = { ...options, signal: new AbortController().signal, onProgress() {} };
    this.#startedAtMs = startedAtMs;
  }

  static async start(options: Options): Promise<RunningExecution> {
    const startedAtMs = options.clock.nowMs();
    const arn = await startExecution(options, options.name, options.input);
    return new RunningExecution(arn, options, startedAtMs);
  }

  /**
   * Completes the task that waits with a token in this state (`.waitForTaskToken`), or an activity's. Waits until there
   * is one.
   */
  async sendTaskResult(state: string, result: TaskResult): Promise<void> {
    await sendResult({ state, ...(result as JsonObject) }, this.arn, this.#options);
  }

  /** Waits for the end, however it ends, and answers the record. */
  async ended(): Promise<RunRecord> {
    await untilEnded(this.#options, this.arn, this.#options.number);
    return this.#options.record(this.arn, this.#startedAtMs);
  }
}
