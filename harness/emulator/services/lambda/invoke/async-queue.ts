/**
 * Asynchronous invocations (InvocationType Event): accepted at once, run when possible, retried twice after
 * errors (one minute, then two), throttles for up to six hours, then sent to the on-failure destination.
 *
 * The events of a function wait in one line, in the order in which they are due. The first is tried when it comes and
 * whenever an execution ends; those behind it follow as long as there is concurrency for them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { AwsError } from '../../../../core/errors.ts';
import { Tables } from '../../../state/tables.ts';
import type { InvokeRequest, InvokeResult, ObjectsPort, ServiceEnvironment } from '../../ports.ts';
import { functionArn } from '../function-name.ts';
import type { EventInvokeConfig } from '../store/entities.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { Destinations } from './destinations.ts';
import type { CalledInvocation } from './run-invocation.ts';

const RETRY_DELAYS_MS = [60_000, 120_000];
const DEFAULT_MAX_AGE_SECONDS = 21_600;
/** A line is tried again without an execution having ended: limits on rates pass with time. */
const FIRST_THROTTLE_DELAY_MS = 1_000;
const MAX_THROTTLE_DELAY_MS = 300_000;

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

export interface QueuedInvocation {
  request: InvokeRequest;
  functionName: string;
  qualifier: string | undefined;
  requestId: string;
}

interface Attempt extends QueuedInvocation {
  acceptedMs: number;
  /** When it was accepted, on the monotonic clock: it grows older in steps of that, whatever the wall clock does. */
  acceptedMonotonicMs: number;
  /** Attempts that ended in a function error, and what the last of them answered. */
  failures: number;
  last?: InvokeResult;
}

/** An event as it is kept: until it has succeeded or is given up, over restarts. */
interface SavedEvent extends Omit<Attempt, 'acceptedMonotonicMs'> {
  /** When it is to be tried next. */
  dueMs: number;
}

const EVENTS = 'events';

/** The events of one function that are due. */
interface Line {
  waiting: Attempt[];
  /** The first one is being tried. */
  isTrying: boolean;
  /** Set while the first one was throttled. */
  cancelRetry: (() => void) | undefined;
  delayMs: number;
}

export class AsyncQueue {
  readonly #env: ServiceEnvironment;
  readonly #store: FunctionStore;
  readonly #invoke: (request: CalledInvocation) => Promise<InvokeResult>;
  readonly #destinations: Destinations;
  #isStopped = false;
  readonly #timers = new Set<() => void>();
  readonly #lines = new Map<string, Line>();
  /** Where events are kept. */
  readonly #tables: Tables | undefined;

  constructor(
    env: ServiceEnvironment,
    store: FunctionStore,
    invoke: (request: CalledInvocation) => Promise<InvokeResult>,
    objects: Pick<ObjectsPort, 'putObject'>,
  ) {
    this.#env = env;
    this.#store = store;
    this.#invoke = invoke;
    this.#destinations = new Destinations(env, { invoke, objects });
    this.#tables = env.state.isKept ? new Tables(env.state, EVENTS) : undefined;
  }

  /** Goes on with what an earlier process accepted: what was running when it ended is tried again, as on AWS. */
  resume(): void {
    const nowMs = this.#env.clock.nowMs();
    for (const { dueMs, ...event } of this.#tables?.take<SavedEvent>(EVENTS).values() ?? []) {
      const ageMs = Math.max(nowMs - event.acceptedMs, 0);
      const attempt = { ...event, acceptedMonotonicMs: this.#env.clock.monotonicMs() - ageMs };
      this.#after(Math.max(dueMs - nowMs, 0), () => this.#enqueue(attempt));
    }
  }

  /** Accepts an event. @throws the file system's error; the event is not accepted then */
  add({ request: { signal: _dropped, ...request }, ...queued }: QueuedInvocation): void {
    const { clock } = this.#env;
    const acceptedMs = clock.nowMs();
    const acceptedMonotonicMs = clock.monotonicMs();
    const attempt: Attempt = { ...queued, request, acceptedMs, acceptedMonotonicMs, failures: 0 };
    this.#save(attempt, acceptedMs);
    this.#after(0, () => this.#enqueue(attempt));
  }

  #save({ acceptedMonotonicMs: _, ...event }: Attempt, dueMs: number): void {
    this.#tables?.commit([{ table: EVENTS, key: event.requestId, value: { ...event, dueMs } }]);
  }

  /** Keeps a change that no client waits for. Where the disk refuses it, a restart finds the event as it was before. */
  #keep(change: () => void): void {
    if (this.#isStopped) return;
    try {
      change();
    } catch (error) {
      if (!this.#env.state.reportFailure(error)) throw error;
    }
  }

  /** An execution has ended: there may be concurrency for events that wait. */
  onExecutionEnded(): void {
    for (const [functionName, line] of this.#lines) if (line.cancelRetry) this.#try(functionName, line);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#lines.clear();
  }

  /** @returns cancels the timer */
  #after(delayMs: number, work: () => void): () => void {
    if (this.#isStopped) return () => {};
    const cancelTimer = this.#env.clock.after(delayMs, () => {
      this.#timers.delete(cancelTimer);
      work();
    });
    this.#timers.add(cancelTimer);
    return () => {
      this.#timers.delete(cancelTimer);
      cancelTimer();
    };
  }

  #enqueue(attempt: Attempt): void {
    const { functionName } = attempt;
    const line = this.#lines.get(functionName) ?? {
      waiting: [],
      isTrying: false,
      cancelRetry: undefined,
      delayMs: FIRST_THROTTLE_DELAY_MS,
    };
    this.#lines.set(functionName, line);
    line.waiting.push(attempt);
    // While the first one is throttled, those behind it would be too.
    if (!line.cancelRetry) this.#try(functionName, line);
  }

  /** Tries the first event of a line; once it has begun or is given up, it is the next one's turn. */
  #try(functionName: string, line: Line): void {
    const [attempt] = line.waiting;
    if (line.isTrying || this.#isStopped) return;
    if (!attempt) {
      this.#lines.delete(functionName);
      return;
    }
    line.cancelRetry?.();
    line.cancelRetry = undefined;
    line.isTrying = true;
    let isOver = false;
    const next = () => {
      if (isOver) return;
      isOver = true;
      line.waiting.shift();
      line.isTrying = false;
      line.delayMs = FIRST_THROTTLE_DELAY_MS;
      this.#try(functionName, line);
    };
    void this.#run(attempt, next).then((isThrottled) => {
      if (!isThrottled) return next();
      if (isOver) {
        // It began, and the emulator failed.
        this.#after(FIRST_THROTTLE_DELAY_MS, () => this.#enqueue(attempt));
        return;
      }
      line.isTrying = false;
      line.cancelRetry = this.#after(line.delayMs, () => this.#try(functionName, line));
      line.delayMs = Math.min(line.delayMs * 2, MAX_THROTTLE_DELAY_MS);
    });
  }

  /**
   * @param onStart called when the execution has begun
   * @returns whether it has to wait longer: it was throttled
   */
  async #run(attempt: Attempt, onStart: () => void): Promise<boolean> {
    const config = this.#configOf(attempt);
    const ageMs = this.#env.clock.monotonicMs() - attempt.acceptedMonotonicMs;
    const maxAgeMs = (config.maximumEventAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS) * 1000;
    const end = (
      ended: Attempt,
      destinationArn: string | undefined,
      condition: Condition,
      result: InvokeResult | undefined,
    ): false => {
      void this.#deliver(ended, destinationArn, condition, result).then(() =>
        this.#keep(() => this.#tables?.commit([{ table: EVENTS, key: ended.requestId }])),
      );
      return false;
    };
    // With no concurrency reserved nothing will ever run: AWS does not keep trying.
    if (this.#store.find(attempt.functionName)?.reservedConcurrency === 0)
      return end(attempt, config.onFailureArn, 'ZeroReservedConcurrency', undefined);
    if (ageMs > maxAgeMs) return end(attempt, config.onFailureArn, 'EventAgeExceeded', attempt.last);
    let result: InvokeResult;
    try {
      const { logTail: _unused, ...request } = attempt.request;
      const { requestId } = attempt;
      // The retries of an event share its request id.
      result = await this.#invoke({ ...request, requestId, invocationType: 'RequestResponse', onStart });
    } catch (error) {
      return !(error instanceof AwsError) || error.status === 429 || error.status >= 500;
    }
    // What ends because the emulator stops is tried again by the next one.
    if (this.#isStopped) return false;
    if (result.functionError === undefined) return end(attempt, config.onSuccessArn, 'Success', result);
    const failures = attempt.failures + 1;
    if (failures > (config.maximumRetryAttempts ?? RETRY_DELAYS_MS.length))
      return end({ ...attempt, failures }, config.onFailureArn, 'RetriesExhausted', result);
    const delayMs = RETRY_DELAYS_MS[failures - 1] ?? RETRY_DELAYS_MS.at(-1)!;
    const again = { ...attempt, failures, last: result };
    this.#keep(() => this.#save(again, this.#env.clock.nowMs() + delayMs));
    this.#after(delayMs, () => this.#enqueue(again));
    return false;
  }

  #configOf({ functionName, qualifier }: Attempt): Partial<EventInvokeConfig> {
    const configs = this.#store.find(functionName)?.eventInvokeConfigs;
    return configs?.[qualifier ?? '$LATEST'] ?? {};
  }

  /** Sends the record of an invocation to its destination. A record that cannot be delivered is lost, as on AWS. */
  async #deliver(
    attempt: Attempt,
    destinationArn: string | undefined,
    condition: Condition,
    result: InvokeResult | undefined,
  ): Promise<void> {
    if (condition !== 'Success') this.#tellOfDeadLetter(attempt);
    if (destinationArn === undefined) return;
    const record = JSON.stringify(this.#recordOf(attempt, condition, result));
    try {
      await this.#destinations.send(destinationArn, record, attempt.functionName);
    } catch (error) {
      this.#env.log(
        `lambda: the destination ${destinationArn} refused the record: ${(error as Error).message}`,
      );
    }
  }

  /** Queues and topics are not served: what AWS would put there is told of, with how to have it. */
  #tellOfDeadLetter({ functionName, requestId }: Attempt): void {
    const target = this.#store.find(functionName)?.latest.deadLetterTargetArn;
    if (!target) return;
    this.#env.log(
      `lambda: event ${requestId} of ${functionName} is dropped: its dead letter target ${target} is not served here. An on-failure destination (a function or a bucket) would keep it.`,
    );
  }

  #recordOf(attempt: Attempt, condition: Condition, result: InvokeResult | undefined): object {
    const { functionName, qualifier, requestId, request, failures } = attempt;
    return {
      version: '1.0',
      timestamp: new Date(this.#env.clock.nowMs()).toISOString(),
      requestContext: {
        requestId,
        functionArn: functionArn(this.#env, functionName, qualifier ?? '$LATEST'),
        condition,
        approximateInvokeCount: condition === 'Success' ? failures + 1 : failures,
      },
      requestPayload: JSON.parse(request.payload),
      ...(result === undefined
        ? {}
        : {
            responseContext: {
              statusCode: 200,
              executedVersion: result.executedVersion,
              ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
            },
            responsePayload: JSON.parse(result.payload),
          }),
    };
  }
}
