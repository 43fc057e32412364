/** Exit code of a process ended by Ctrl-C: 128 + SIGINT. */
export const INTERRUPTED = 130;

export interface Interruption {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly signal: Promise<void>;
  /** Aborts at the same moment. */
  readonly abort: AbortSignal;
}

/**
 * Takes over SIGINT and SIGTERM: the first asks for an orderly end, a second ends the process at once.
 */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const signal = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { signal, abort: controller.signal };
}
