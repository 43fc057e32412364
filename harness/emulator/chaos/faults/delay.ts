import { defineFault, type RequestStrike } from './fault.ts';
import { duration } from './quantities.ts';

/** Latency: the request waits before the service sees it. Real time, whatever the clock of executions. */
export const delay = defineFault<typeof duration, RequestStrike>({
  stage: 'request',
  schema: duration,
  description: 'the call waits before the service sees it, in ms, s or min of real time: `800 ms`',
  strike: (delayMs) => ({
    stage: 'request',
    before: (_service, clock) =>
      new Promise<void>((resolve) => {
        clock.after(delayMs, resolve);
      }),
  }),
});
