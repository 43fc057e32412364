import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Cancel, Clock } from '../../../core/clock.ts';
import type { ServiceName } from '../../http/wire.ts';

/**
 * Where a fault strikes: before the service sees a request, on the body of its answer, while a function's
 * environment comes up, or while it runs an invocation.
 */
export type Stage = 'request' | 'response' | 'init' | 'invoke';

/** What a fault may know of the call it strikes. */
interface StruckCall {
  /** When its caller signed it, by the caller's clock; absent for unsigned calls and those within the emulator. */
  signedAtMs?: number;
}

/** Before a request is handled. What it throws is answered in the service's own protocol. */
export interface RequestStrike {
  stage: 'request';
  before(service: ServiceName, clock: Clock, call: StruckCall): void | Promise<void>;
}

/** A body on its way to the caller. */
export interface AnswerBody {
  stream: Readable;
  /** As announced; undefined when the answer is chunked. */
  sizeBytes: number | undefined;
}

export interface ResponseStrike {
  stage: 'response';
  /** `reset` cuts the connection with a TCP reset. */
  alter(body: AnswerBody, connection: { clock: Clock; reset(): void }): AnswerBody;
}

/** The environment of a function as a fault may treat it. */
export interface DoomedSandbox {
  /** Kills the process and all it started. */
  stop(): void;
  /** The same, as the platform does when memory runs out. */
  stopOutOfMemory(): void;
}

interface SandboxStrike {
  stage: 'init' | 'invoke';
  /** The result calls it off. */
  at(sandbox: DoomedSandbox, clock: Clock): Cancel;
}

export interface InitStrike extends SandboxStrike {
  stage: 'init';
}

export interface InvokeStrike extends SandboxStrike {
  stage: 'invoke';
}

export type Strike = RequestStrike | ResponseStrike | InitStrike | InvokeStrike;

/** A kind of fault: how its value is written, and what it does. */
export interface Fault<Schema extends z.ZodType, S extends Strike = Strike> {
  stage: S['stage'];
  schema: Schema;
  /** What it does and how its value reads, for people. */
  description: string;
  strike(value: z.output<Schema>): S;
}

/** Closes a fault over the type of its value. */
export const defineFault = <Schema extends z.ZodType, S extends Strike>(
  fault: Fault<Schema, S>,
): Fault<Schema, S> => fault;

/** Strikes at once for 0, so that no function is quick enough to escape; else after a delay that can be called off. */
export function strikeAfter(delayMs: number, clock: Clock, strike: () => void): Cancel {
  if (delayMs > 0) return clock.after(delayMs, strike);
  strike();
  return () => {};
}
