import { defineFault, type RequestStrike } from './fault.ts';
import { duration } from './quantities.ts';

/** Latency: the request waits before the service sees it. Real time, whatever the clock of executions. */
export const delay = defineFault<typeof duration, RequestStrike>({
  stage: 'request',
  schema: duration,
  strike: (delayMs) => ({
    stage: 'request',
    before: (_service, clock) =>
      new Promise<void>((resolve) => {
        clock.after(delayMs, resolve);
      }),
  }),
});
