/**
 * Faults in force in one emulator: the hooks that ask the plan and carry out what it decides. The plan is pure;
 * here are the clocks, streams and processes.
 *
 * Invariant: without rules nothing is touched. Network faults take real time; meanwhile the clock of executions
 * is held, so that virtual time does not run on.
 */
import { Readable } from 'node:stream';
import { type Cancel, type Clock, wallClock } from '../../core/clock.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { Random } from '../../core/random.ts';
import { parseAmzDate } from '../http/caller/signature.ts';
import type { PathParameters } from '../http/operation.ts';
import type { Service, WireRequest, WireResponse } from '../http/wire.ts';
import type { AnswerBody, DoomedSandbox, ResponseStrike } from './faults/fault.ts';
import type { ChaosCall, ChaosPlan, RuleStatus } from './plan.ts';
import type { ChaosRule } from './rule.ts';

export interface ChaosPorts {
  /** Clock of executions. */
  clock: Clock;
  random: Random;
  /** Operations by service, to refuse rules that could never strike. */
  operations(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export class Chaos {
  readonly #ports: ChaosPorts;
  readonly #wall = wallClock();
  #plan: ChaosPlan | undefined;
  /** Rules are in force. A field, because every request reads it. */
  isInForce = false;

  constructor(ports: ChaosPorts) {
    this.#ports = ports;
  }

  /**
   * Puts rules in force, counting from the beginning; an empty list ends chaos. What reads and carries out rules is
   * loaded here, for most emulators never have any. @throws HarnessError `chaos-rules`
   */
  async use(input: unknown): Promise<void> {
    const { parseChaosRules } = await import('./rule.ts');
    await this.apply(parseChaosRules(input));
  }

  /** The same with rules that have been read. */
  async apply(rules: readonly ChaosRule[]): Promise<void> {
    if (rules.length === 0) return this.clear();
    const operations = await this.#ports.operations();
    for (const { on } of rules) checkOperation(on, operations);
    const { ChaosPlan } = await import('./plan.ts');
    this.#plan = new ChaosPlan(rules, this.#ports.random);
    this.isInForce = true;
  }

  /** Ends chaos. */
  clear(): void {
    this.#plan = undefined;
    this.isInForce = false;
  }

  /** Each rule with the calls it matched and struck. */
  status(): RuleStatus[] {
    return this.#plan?.status() ?? [];
  }

  /** A service whose requests and answers have faults injected. */
  wrap(service: Service): Service {
    return {
      ...service,
      handle: async (request) => {
        const plan = this.#plan;
        if (!plan) return service.handle(request);
        const seen: { call?: ChaosCall } = {};
        const response = await service.handle({
          ...request,
          before: async (operation, parameters) => {
            seen.call = callOf(service, operation, parameters, signedAtMs(request));
            await this.strikeRequest(seen.call);
          },
        });
        return seen.call ? this.#strikeResponse(plan, seen.call, request, response) : response;
      },
    };
  }

  /** Strikes a call before it is handled: waits, or throws AwsError. */
  async strikeRequest(call: ChaosCall): Promise<void> {
    const strikes = this.#plan?.decide(call, 'request') ?? [];
    if (strikes.length === 0) return;
    const release = this.#ports.clock.hold();
    try {
      for (const strike of strikes) await strike.before(call.service, this.#wall, call);
    } finally {
      release();
    }
  }

  /** Strikes the body of an answer that takes no network. */
  strikeBody(call: ChaosCall, body: AnswerBody): AnswerBody {
    return this.#alter(this.#plan?.decide(call, 'response') ?? [], body, () => {});
  }

  /** Strikes an environment that comes up (`init`) or runs an invocation; the result calls it off. */
  strikeSandbox(stage: 'init' | 'invoke', functionName: string, sandbox: DoomedSandbox): Cancel {
    const call: ChaosCall = { service: 'lambda', operation: 'Invoke', function: functionName };
    const strikes = this.#plan?.decide(call, stage) ?? [];
    const cancels = strikes.map((strike) => strike.at(sandbox, this.#wall));
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  #strikeResponse(
    plan: ChaosPlan,
    call: ChaosCall,
    request: WireRequest,
    response: WireResponse,
  ): WireResponse {
    const { body } = response;
    if (body === undefined || response.status >= 300) return response;
    const strikes = plan.decide(call, 'response');
    if (strikes.length === 0) return response;
    const announced = response.headers?.['content-length'];
    const answer: AnswerBody =
      body instanceof Readable
        ? { stream: body, sizeBytes: announced === undefined ? undefined : Number(announced) }
        : { stream: Readable.from([Buffer.from(body)]), sizeBytes: Buffer.from(body).byteLength };
    const { stream, sizeBytes } = this.#alter(strikes, answer, () => request.reset?.());
    return {
      status: response.status,
      headers: { ...response.headers, ...(sizeBytes === undefined ? {} : { 'content-length': sizeBytes }) },
      body: stream,
    };
  }

  #alter(strikes: readonly ResponseStrike[], body: AnswerBody, reset: () => void): AnswerBody {
    return strikes.reduce((altered, strike) => strike.alter(altered, { clock: this.#wall, reset }), body);
  }
}

function callOf(
  service: Service,
  operation: string,
  parameters: PathParameters,
  signedAt: number | undefined,
): ChaosCall {
  const { Bucket: bucket, Key: key, FunctionName: functionName } = parameters;
  return {
    service: service.name,
    operation,
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    ...(functionName === undefined ? {} : { function: bareFunctionName(functionName) }),
    ...(signedAt === undefined ? {} : { signedAtMs: signedAt }),
  };
}

/** The time of the signature, from `x-amz-date` (in a presigned URL a parameter of the same name). */
function signedAtMs({ headers, query }: WireRequest): number | undefined {
  const text = headers['x-amz-date'] ?? query.get('X-Amz-Date') ?? '';
  // Anything else is for the service to refuse.
  return /^\d{8}T\d{6}Z$/.test(text) ? parseAmzDate(text) : undefined;
}

/** The name in a function's ARN, partial or whole. */
export function bareFunctionName(reference: string): string {
  const at = reference.lastIndexOf('function:');
  return (at < 0 ? reference : reference.slice(at + 'function:'.length)).split(':')[0]!;
}

function checkOperation(on: string, operations: ReadonlyMap<string, readonly string[]>): void {
  const [service, operation] = on.split('.');
  if (operation === undefined || operation === '*') return;
  const names = operations.get(service!) ?? [];
  if (names.includes(operation)) return;
  const near = nearestName(operation, names);
  throw new HarnessError('chaos-rules', `A chaos rule names ${on}, which is no operation served here.`, {
    exitCode: ExitCode.inputWrong,
    remedy: near ? `Did you mean ${service}.${near}?` : `Operations of ${service}: ${names.join(', ')}.`,
  });
}
