/**
 * One invocation from the free core to the REPORT line: environment, init, handler, log. Everything an outcome
 * means for the caller and the log is decided here.
 */
import { visibleVcpus } from '../../../../core/limits.ts';
import { monotonicMs } from '../../../../core/monotonic.ts';
import type { InvokeRequest, ServiceEnvironment } from '../../ports.ts';
import { platformLog } from '../runtime/platform-log.ts';
import type { PooledSandbox } from '../runtime/pooled-sandbox.ts';
import { billedDurationMs, type Report, runtimeVersionName } from '../runtime/report-line.ts';
import type { ResponseSink } from '../runtime/runtime-api.ts';
import type { InitOutcome, InvokeOutcome, Sandbox } from '../runtime/sandbox.ts';
import type { SandboxPool } from '../runtime/sandbox-pool.ts';
import { runtimeVersionArn } from '../shapes.ts';
import type { FunctionVersion } from '../store/entities.ts';
import type { CoreSlot, CoreSlots } from './core-slots.ts';
import { LogTail } from './log-tail.ts';

/** An invocation as a caller asks for it. */
export interface CalledInvocation extends InvokeRequest {
  callerAccessKeyId?: string;
  /** `X-Amzn-Trace-Id`: AWS's SDKs send it from within functions. */
  traceHeader?: string;
  /** Where a streamed response goes as it is written; the result then holds no payload of it. */
  sink?: ResponseSink;
  /** The id that the caller was given already. */
  requestId?: string;
  /** Called when it was not throttled and begins. */
  onStart?(): void;
  /** Told the id of the invocation. */
  onRequestId?(requestId: string): void;
}

export interface Invocation {
  requestId: string;
  functionName: string;
  /** ARN as it was invoked, qualifier included. */
  functionArn: string;
  version: FunctionVersion;
  /** The version as it is when the invocation ends: an environment of an older one is not used again. */
  current(): FunctionVersion | undefined;
  payload: string;
  clientContext?: string;
  /** Where a streamed response goes as it is written. */
  sink?: ResponseSink;
  traceId: string;
  /** Made by a running function: it must not wait for the place that its caller holds. */
  isNested: boolean;
}

export interface InvocationResult {
  payload: string;
  isError: boolean;
  durationMs: number;
  streamedAs?: string;
  /** The log of this invocation alone. */
  log: LogTail;
}

/** An invocation as the platform measured it: nothing of it comes from what the function wrote. */
export interface EndedInvocation {
  functionName: string;
  requestId: string;
  logStream: string;
  /** On the emulator's clock, milliseconds since the epoch. */
  endedAtMs: number;
  durationMs: number;
  billedDurationMs: number;
  memorySizeMB: number;
  maxMemoryUsedMB: number;
  /** On a cold start only. */
  initDurationMs?: number;
  /** Absent of an invocation that the handler answered. */
  status?: 'timeout' | 'error';
  errorType?: string;
  waitedForCoreMs?: number;
}

/** Sees and may change what crosses the boundary between the platform and a function. Payloads are JSON texts. */
export interface InvocationBoundary {
  /** Carries out one invocation with `run`, which takes the event that the function gets. */
  around<Result extends { payload: string; isError: boolean }>(
    functionName: string,
    event: string,
    run: (event: string) => Promise<Result>,
  ): Promise<Result>;
  /** What the platform records. */
  ended(ended: EndedInvocation): EndedInvocation;
}

export interface InvocationPlace {
  env: ServiceEnvironment;
  pool: SandboxPool;
  slots: CoreSlots;
  /** Milliseconds since the epoch in real time, for the deadline the function sees. */
  wallNowMs(): number;
  /** What is done at the boundary of every invocation; a defect for mutation testing, say. */
  boundary?: InvocationBoundary;
  /** Told of every invocation that ended, as the platform measured it. */
  onEnded?(ended: EndedInvocation): void;
  /** Faults meant for an environment that comes up (`init`) or runs an invocation; the result calls them off. */
  strike?(stage: 'init' | 'invoke', functionName: string, sandbox: Sandbox): () => void;
}

/** Runs an invocation to its end. Never rejects for what the function does. */
export async function runInvocation(
  place: InvocationPlace,
  invocation: Invocation,
): Promise<InvocationResult> {
  const endTurn = await place.pool.takeTurn(invocation.functionName);
  try {
    const { slot, waitedMs } = await placeFor(place, invocation);
    try {
      const run = new Run(place, invocation, waitedMs);
      return await run.toEnd((isIdle) => slot.lend(isIdle));
    } finally {
      slot.giveBack();
    }
  } finally {
    endTurn();
  }
}

async function placeFor(
  { slots }: InvocationPlace,
  { version, isNested }: Invocation,
): Promise<{ slot: CoreSlot; waitedMs: number }> {
  const cores = visibleVcpus(version.memoryMB);
  const free = slots.tryTake({ cores, atOnce: isNested });
  if (free) return { slot: free, waitedMs: 0 };
  const askedMs = monotonicMs();
  return { slot: await slots.take({ cores }), waitedMs: monotonicMs() - askedMs };
}

/** What a function that is inspected is told to have left: nobody hurries it. */
const INSPECTED_MS = 24 * 3600 * 1000;

type Failure = { kind: 'init'; outcome: Extract<InitOutcome, { ok: false }> };

class Run {
  readonly #place: InvocationPlace;
  readonly #invocation: Invocation;
  readonly #waitedMs: number;
  readonly #log = new LogTail();
  readonly #lines;
  #initDurationMs: number | undefined;
  /** Time of a second init, which counts as part of the invocation. */
  #spentMs = 0;

  constructor(place: InvocationPlace, invocation: Invocation, waitedMs: number) {
    this.#place = place;
    this.#invocation = invocation;
    this.#waitedMs = waitedMs;
    this.#lines = platformLog(invocation.version.loggingConfig.LogFormat, () => place.env.clock.nowMs());
  }

  async toEnd(onIdleChange: (isIdle: boolean) => void): Promise<InvocationResult> {
    const { pool } = this.#place;
    const { functionName, version } = this.#invocation;
    const warm = await pool.takeWarm(functionName, version);
    const started = warm ? { pooled: warm } : await this.#startCold();
    const { pooled } = started;
    pooled.tail = (lines) => this.#log.take(lines);
    pooled.onIdleChange = onIdleChange;
    const logStart = () => pool.log(pooled, this.#lines.start(this.#invocation.requestId, version.version));
    if (started.failure) logStart();
    const outcome = started.failure
      ? { ...this.#initOutcome(started.failure), durationMs: 0 }
      : await this.#invoke(pooled.sandbox, logStart);
    const result = this.#conclude(pooled, { ...outcome, durationMs: outcome.durationMs + this.#spentMs });
    pool.release(pooled, this.#invocation.current());
    return result;
  }

  /**
   * Starts an environment. An init that fails or takes too long is tried once more within the invocation, under
   * the function's own timeout, as AWS does.
   */
  async #startCold(): Promise<{ pooled: PooledSandbox; failure?: Failure }> {
    const { pool, env } = this.#place;
    const { functionName, version } = this.#invocation;
    const first = await pool.start(functionName, version);
    // No tail has it: it precedes the invocation.
    pool.log(
      first,
      this.#lines.initStart({
        runtime: { name: runtimeVersionName(version.runtime), arn: runtimeVersionArn(env, version) },
        functionName,
        version: version.version,
      }),
    );
    const outcome = await this.#init(first.sandbox, env.limits.lambdaInitTimeoutMs);
    if (outcome.ok) {
      this.#initDurationMs = outcome.durationMs;
      return { pooled: first };
    }
    pool.log(first, this.#lines.initReport({ ...reportOf(outcome), phase: 'init' }));
    first.sandbox.stop();
    const second = await pool.start(functionName, version);
    second.logStream = first.logStream;
    const again = await this.#init(second.sandbox, this.#leftMs());
    this.#spentMs = again.durationMs;
    if (again.ok) return { pooled: second };
    pool.log(second, this.#lines.initReport({ ...reportOf(again), phase: 'invoke' }));
    second.sandbox.stop();
    return { pooled: second, failure: { kind: 'init', outcome: again } };
  }

  async #init(sandbox: Sandbox, limitMs: number): Promise<InitOutcome> {
    const coming = sandbox.init(limitMs);
    const callOff = this.#place.strike?.('init', this.#invocation.functionName, sandbox);
    const outcome = await coming;
    callOff?.();
    return outcome;
  }

  /** `logStart` is called when the function has its event, before anything that it writes is read. */
  async #invoke(sandbox: Sandbox, logStart: () => void): Promise<InvokeOutcome> {
    const running = sandbox.invoke(this.#delivery(), this.#leftMs());
    logStart();
    const callOff = this.#place.strike?.('invoke', this.#invocation.functionName, sandbox);
    const outcome = await running;
    callOff?.();
    return outcome;
  }

  #leftMs(): number {
    return Math.max(this.#invocation.version.timeoutSeconds * 1000 - this.#spentMs, 1);
  }

  get #isInspected(): boolean {
    return this.#place.pool.isInspected(this.#invocation.functionName);
  }

  #delivery() {
    const { requestId, functionArn, traceId, payload, clientContext, sink } = this.#invocation;
    return {
      requestId,
      functionArn,
      traceId,
      payload,
      deadlineMs: Math.round(this.#place.wallNowMs() + (this.#isInspected ? INSPECTED_MS : this.#leftMs())),
      ...(clientContext === undefined ? {} : { clientContext }),
      ...(sink === undefined ? {} : { sink }),
    };
  }

  #initOutcome({ outcome }: Failure): DistributiveOmit<InvokeOutcome, 'durationMs'> {
    if (outcome.status === 'timeout') return { kind: 'timeout' };
    if (outcome.errorType === 'Runtime.ExitError' || outcome.errorType === 'Runtime.OutOfMemory') {
      return { kind: 'exit', errorType: outcome.errorType, reason: outcome.payload };
    }
    return { kind: 'error', payload: outcome.payload, errorType: outcome.errorType };
  }

  /** Writes the end of the log and renders what the caller gets. */
  #conclude(pooled: PooledSandbox, outcome: InvokeOutcome): InvocationResult {
    const { requestId, version } = this.#invocation;
    const timeoutMs = version.timeoutSeconds * 1000;
    const durationMs = outcome.kind === 'timeout' ? timeoutMs : outcome.durationMs;
    const lines: string[] = [];
    const nowMs = this.#place.env.clock.nowMs();
    if (outcome.kind === 'timeout') {
      lines.push(...this.#lines.failure(requestId, nowMs, { timeoutSeconds: version.timeoutSeconds }));
    } else if (outcome.kind === 'exit') lines.push(...this.#lines.failure(requestId, nowMs, outcome));
    const report: Report = {
      requestId,
      durationMs,
      billedDurationMs: billedDurationMs(durationMs, this.#initDurationMs),
      memoryMB: version.memoryMB,
      maxMemoryUsedMB: Math.min(Math.ceil(pooled.sandbox.peakMemoryMB), version.memoryMB),
      ...(this.#initDurationMs === undefined ? {} : { initDurationMs: this.#initDurationMs }),
      ...statusOf(outcome),
    };
    lines.push(...this.#lines.end(report, this.#waitedMs));
    this.#place.pool.log(pooled, lines);
    const ended = this.#ended(pooled, report, outcome, nowMs);
    this.#place.onEnded?.(this.#place.boundary?.ended(ended) ?? ended);
    return { ...this.#render(outcome), durationMs, log: this.#log };
  }

  #ended(pooled: PooledSandbox, report: Report, outcome: InvokeOutcome, endedAtMs: number): EndedInvocation {
    const { requestId, billedDurationMs, memoryMB, maxMemoryUsedMB, initDurationMs } = report;
    // As precise as REPORT lines, so that log and record tell the same.
    const rounded = (ms: number) => Number(ms.toFixed(2));
    return {
      functionName: this.#invocation.functionName,
      requestId,
      logStream: pooled.logStream,
      endedAtMs,
      durationMs: rounded(report.durationMs),
      billedDurationMs,
      memorySizeMB: memoryMB,
      maxMemoryUsedMB,
      ...(initDurationMs === undefined ? {} : { initDurationMs: rounded(initDurationMs) }),
      ...failureOf(outcome),
      ...(this.#waitedMs > 0 ? { waitedForCoreMs: rounded(this.#waitedMs) } : {}),
    };
  }

  #render(outcome: InvokeOutcome): Omit<InvocationResult, 'log' | 'durationMs'> {
    const { requestId, version } = this.#invocation;
    if (outcome.kind === 'success') {
      const { payload, streamedAs } = outcome;
      return { payload, isError: false, ...(streamedAs === undefined ? {} : { streamedAs }) };
    }
    if (outcome.kind === 'error') return { payload: outcome.payload, isError: true };
    const error =
      outcome.kind === 'timeout'
        ? {
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${requestId} Error: Task timed out after ${version.timeoutSeconds.toFixed(2)} seconds`,
          }
        : {
            errorType: outcome.errorType,
            errorMessage: `RequestId: ${requestId} Error: ${outcome.reason}`,
          };
    return { payload: JSON.stringify(error), isError: true };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function reportOf({ durationMs, status, errorType }: Extract<InitOutcome, { ok: false }>) {
  return { durationMs, status, ...(status === 'timeout' ? {} : { errorType }) };
}

/** Errors that the handler threw count as those that ended its environment. */
function failureOf(outcome: InvokeOutcome): Pick<EndedInvocation, 'status' | 'errorType'> {
  if (outcome.kind === 'success') return {};
  return outcome.kind === 'timeout'
    ? { status: 'timeout' }
    : { status: 'error', errorType: outcome.errorType };
}

/** REPORT lines name a status when the platform ended the invocation, or its runtime never came up. */
function statusOf(outcome: InvokeOutcome): Pick<Report, 'status' | 'errorType'> {
  if (outcome.kind === 'timeout') return { status: 'timeout' };
  if (outcome.kind === 'exit') return { status: 'error', errorType: outcome.errorType };
  if (outcome.kind === 'error' && /^(?:Runtime|Function)\./.test(outcome.errorType)) {
    return { status: 'error', errorType: outcome.errorType };
  }
  return {};
}
