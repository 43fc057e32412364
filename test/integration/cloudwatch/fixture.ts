/** An emulator with a clock that tests set, and a client of CloudWatch. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type Clock, wallClock } from '../../../harness/core/clock.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

export interface CloudWatchFixture {
  emulator: Emulator;
  cloudWatch: CloudWatchClient;
  /** Milliseconds since the epoch, as the emulator sees it. */
  now: { ms: number };
  stop(): Promise<void>;
}

export const MINUTE_MS = 60_000;

export async function startCloudWatch(stateDir?: string): Promise<CloudWatchFixture> {
  const now = { ms: Date.UTC(2026, 4, 20, 12, 0, 0) };
  const clock: Clock = { ...wallClock({ unref: true }), nowMs: () => now.ms };
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
    async stop() {
      cloudWatch.destroy();
      await emulator.stop();
    },
  };
}
