import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunningBackend } from '../backends/backend.ts';
import type { Clock } from '../core/clock.ts';
import type { JsonObject } from '../core/json.ts';
import type { ProgressListener } from './progress.ts';

/**
 * Between polls: a fiftieth of the time gone by, so that noticing the end late is at most 2 % of any execution where
 * the backend does not tell of it.
 */
const POLL_SHARE = 0.02;
const MIN_POLL_MS = 20;
/** Four requests a second stay well below the quota of DescribeExecution (15 a second). */
const MAX_POLL_MS = 250;

export interface ExecuteOptions {
  clients: { stepfunctions: SFNClient };
  timeoutSeconds: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress: ProgressListener;
  /** Where the backend hears of ends: called then, so that none is noticed late. */
  onExecutionEnd?: RunningBackend['onExecutionEnd'];
}

/** Starts an execution; answers its ARN. */
export async function startExecution(
  { clients, stateMachineArn }: Pick<ExecuteOptions, 'clients'> & { stateMachineArn: string },
  name: string,
  input: JsonObject,
): Promise<string> {
  const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  const { executionArn } = await clients.stepfunctions.send(command);
  return executionArn!;
}

/**
 * Waits until an execution has ended, however it ends, and answers its status. Beyond `timeoutSeconds` it is
 * stopped, which shows as ABORTED with the error `Cosmicai.ScenarioTimeout`.
 */
export async function untilEnded(
  options: ExecuteOptions,
  executionArn: string,
  /** Which of the run's executions it is, counted from 1; for those who look on. */
  number: number,
): Promise<string> {
  const client = options.clients.stepfunctions;
  const startedAtMs = options.clock.nowMs();
  const deadlineMs = startedAtMs + options.timeoutSeconds * 1000;
  let stopped = false;
  let shownAtMs = startedAtMs;
  let wake = () => {};
  let ended = false;
  const unsubscribe = options.onExecutionEnd?.(executionArn, () => {
    ended = true;
    wake();
  });
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return status!;
      const nowMs = options.clock.nowMs();
      if (nowMs - shownAtMs >= MAX_POLL_MS) {
        shownAtMs = nowMs;
        // Progress alone: LocalStack answers 500 while a Map Run is only beginning.
        await showMapRuns(client, { executionArn, number }, options.onProgress).catch(() => {});
      }
      if (!stopped && nowMs > deadlineMs) {
        stopped = true;
        await client.send(
          new StopExecutionCommand({
            executionArn,
            error: 'Cosmicai.ScenarioTimeout',
            cause: `The execution ran longer than execution.timeoutSeconds, ${options.timeoutSeconds} s.`,
          }),
        );
      }
      const pollMs = Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, (nowMs - startedAtMs) * POLL_SHARE));
      await pause(options.clock, ended ? 0 : pollMs, options.signal, (early) => {
        wake = early;
      });
    }
  } finally {
    unsubscribe?.();
  }
}

async function showMapRuns(
  client: SFNClient,
  { executionArn, number }: { executionArn: string; number: number },
  onProgress: ProgressListener,
): Promise<void> {
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  for (const { mapRunArn } of mapRuns) {
    const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
    if (!itemCounts || mapRunArn === undefined) continue;
    const { succeeded = 0, failed = 0, timedOut = 0, aborted = 0, running = 0, total = 0 } = itemCounts;
    const ended = { succeeded, failed: failed + timedOut + aborted };
    onProgress({ kind: 'map-run', mapRunArn, execution: number, ...ended, running, total });
  }
}

/** Waits for `delayMs`, the signal, or a call of what `early` is given. */
function pause(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal,
  early: (wake: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener('abort', finish, { once: true });
    early(finish);
  });
}
