import type { ExecutionEvent } from '../../../../asl/effects.ts';

type WithoutTime<E> = E extends unknown ? Omit<E, 'atMs'> : never;

/** An event for the interpreter; the driver adds the time. */
export type EventBody = WithoutTime<ExecutionEvent>;

/** Hands an event to the execution it is for. */
export type Feed = (event: EventBody) => void;
