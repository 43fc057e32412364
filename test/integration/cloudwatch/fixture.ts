/** An emulator with a clock that tests set, and a client of CloudWatch. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type Clock, wallClock } from '../../../harness/core/clock.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

export interface CloudWatchFixture {
  emulator: Emulator;
  cloudWatch: CloudWatchClient;
  /** Milliseconds since the epoch, as the emulator sees it. */
  now: { ms: number };
  /** Lets time pass, and the timers fire that it passes. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

export const MINUTE_MS = 60_000;

export async function startCloudWatch(stateDir?: string): Promise<CloudWatchFixture> {
  const now = { ms: Date.UTC(2026, 4, 20, 12, 0, 0) };
  const timers = new Set<{ atMs: number; fire: () => void }>();
  // Time passes where a test says so, not with the machine's clock.
  const clock: Clock = {
    ...wallClock({ unref: true }),
    nowMs: () => now.ms,
    whenPassing(atMs, fire) {
      const timer = { atMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const emulator = await startEmulator({ port: 0, clock, ...(stateDir === undefined ? {} : { stateDir }) });
  const cloudWatch = new CloudWatchClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    emulator,
    cloudWatch,
    now,
    pass(ms) {
      const untilMs = now.ms + ms;
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.atMs - b.atMs);
        if (!next || next.atMs > untilMs) break;
        timers.delete(next);
        now.ms = Math.max(now.ms, next.atMs);
        next.fire();
      }
      now.ms = untilMs;
    },
    async stop() {
      cloudWatch.destroy();
      await emulator.stop();
    },
  };
}
