/**
 * Asynchronous invocations (InvocationType Event): accepted at once, run when possible, retried twice after
 * errors (one minute, then two), throttles for up to six hours, then sent to the on-failure destination.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { AwsError } from '../../../../core/errors.ts';
import type { InvokeRequest, InvokeResult, ObjectsPort, ServiceEnvironment } from '../../ports.ts';
import { functionArn } from '../function-name.ts';
import type { EventInvokeConfig } from '../store/entities.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { Destinations } from './destinations.ts';
import type { CalledInvocation } from './run-invocation.ts';

const RETRY_DELAYS_MS = [60_000, 120_000];
const DEFAULT_MAX_AGE_SECONDS = 21_600;
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
  /** Attempts that ended in a function error, and what the last of them answered. */
  failures: number;
  last?: InvokeResult;
  throttleDelayMs: number;
}

export class AsyncQueue {
  readonly #env: ServiceEnvironment;
  readonly #store: FunctionStore;
  readonly #invoke: (request: CalledInvocation) => Promise<InvokeResult>;
  readonly #destinations: Destinations;
  #isStopped = false;
  readonly #timers = new Set<() => void>();

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
  }

  add(queued: QueuedInvocation): void {
    const acceptedMs = this.#env.clock.nowMs();
    this.#later({ ...queued, acceptedMs, failures: 0, throttleDelayMs: FIRST_THROTTLE_DELAY_MS }, 0);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #later(attempt: Attempt, delayMs: number): void {
    if (this.#isStopped) return;
    const cancel = this.#env.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      void this.#run(attempt);
    });
    this.#timers.add(cancel);
  }

  async #run(attempt: Attempt): Promise<void> {
    const config = this.#configOf(attempt);
    const ageMs = this.#env.clock.nowMs() - attempt.acceptedMs;
    const maxAgeMs = (config.maximumEventAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS) * 1000;
    // Nothing may run, and nothing will: AWS does not keep trying.
    if (this.#store.find(attempt.functionName)?.reservedConcurrency === 0) {
      return this.#deliver(attempt, config.onFailureArn, 'ZeroReservedConcurrency', undefined);
    }
    if (ageMs > maxAgeMs)
      return this.#deliver(attempt, config.onFailureArn, 'EventAgeExceeded', attempt.last);
    let result: InvokeResult;
    try {
      const { signal: _dropped, logTail: _unused, ...request } = attempt.request;
      const { requestId } = attempt;
      // The retries of an event share its request id.
      result = await this.#invoke({ ...request, requestId, invocationType: 'RequestResponse' });
    } catch (error) {
      if (error instanceof AwsError && error.status !== 429 && error.status < 500) return;
      this.#later(
        { ...attempt, throttleDelayMs: Math.min(attempt.throttleDelayMs * 2, MAX_THROTTLE_DELAY_MS) },
        attempt.throttleDelayMs,
      );
      return;
    }
    if (result.functionError === undefined) {
      return this.#deliver(attempt, config.onSuccessArn, 'Success', result);
    }
    const failures = attempt.failures + 1;
    if (failures > (config.maximumRetryAttempts ?? RETRY_DELAYS_MS.length)) {
      return this.#deliver({ ...attempt, failures }, config.onFailureArn, 'RetriesExhausted', result);
    }
    this.#later(
      { ...attempt, failures, last: result },
      RETRY_DELAYS_MS[failures - 1] ?? RETRY_DELAYS_MS.at(-1)!,
    );
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
