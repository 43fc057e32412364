/**
 * Judges a version by users' executions while it serves: share of failures and median duration against the version
 * before, and CloudWatch alarms that went off. Executions come from Step Functions itself, which knows each one's
 * version at once; CloudWatch's own metrics arrive minutes later.
 */
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import type { AwsClients } from '../../deploy/aws-access.ts';
import { sleep } from '../../deploy/resources/resource-driver.ts';
import { percentile } from '../../metrics/threshold.ts';
import { ringingAlarms } from '../account/alarms.ts';
import type { Watch } from '../policy.ts';
import { SMOKE_PREFIX } from '../smoke.ts';
import { type ApplyContext, ReleaseFailed } from './context.ts';

/** Ended executions of the version before that a new one is compared with, the latest ones. */
const BASELINE_EXECUTIONS = 100;
/** Fewer durations than these say nothing. */
const MINIMUM_DURATIONS = 3;

/** Executions that have ended by themselves; stopped ones tell nothing. */
interface Ended {
  failed: number;
  durationsMs: number[];
}

/** A new version, and the one that it is compared with. */
export interface WatchedVersion {
  version: string;
  before?: string;
  type: 'STANDARD' | 'EXPRESS';
}

/** Watches until the environment's time is over. @throws ReleaseFailed at the first sign that it is worse */
export async function watch(context: ApplyContext, versions: readonly WatchedVersion[]): Promise<void> {
  const { clients, clock, environment, onProgress, signal, smokeEndedAtMs } = context;
  const { for: durationMs, every } = environment.watch;
  const sinceMs = clock.nowMs();
  // Step Functions lists no executions of Express workflows: alarms alone watch those.
  const listed = versions.filter(({ type }) => type === 'STANDARD');
  const baselines = await Promise.all(
    listed.map(({ before }) =>
      before === undefined ? undefined : endedOf(clients, before, { most: BASELINE_EXECUTIONS, afterMs: 0 }),
    ),
  );
  for (;;) {
    signal.throwIfAborted();
    const ended = await Promise.all(
      listed.map(({ version }) =>
        endedOf(clients, version, { most: Number.POSITIVE_INFINITY, afterMs: smokeEndedAtMs }),
      ),
    );
    const reasons = [
      ...ended.flatMap((now, index) => judgeExecutions(now, baselines[index], environment.watch)),
      ...(await ringingAlarms(clients, environment.alarms)),
    ];
    if (reasons.length > 0) throw new ReleaseFailed(reasons.join('\n'));
    const elapsedMs = clock.nowMs() - sinceMs;
    if (elapsedMs >= durationMs) {
      const count = sum(ended.map(({ durationsMs }) => durationsMs.length));
      const failed = sum(ended.map((one) => one.failed));
      onProgress(`watched ${Math.round(elapsedMs / 1000)} s: ${count} executions, ${failed} failed`);
      return;
    }
    await pause(context, Math.min(every, durationMs - elapsedMs));
  }
}

/** Waits in small parts, so that Ctrl-C need not wait for the whole. */
async function pause({ clock, signal }: ApplyContext, delayMs: number): Promise<void> {
  const untilMs = clock.nowMs() + delayMs;
  for (let leftMs = delayMs; leftMs > 0; leftMs = untilMs - clock.nowMs()) {
    signal.throwIfAborted();
    await sleep(clock, Math.min(leftMs, 500));
  }
}

/** Why the new version is worse, one sentence each. Pure. */
export function judgeExecutions(
  now: Ended,
  baseline: Ended | undefined,
  { minimumExecutions, errorRateIncrease, durationRatio }: Watch,
): string[] {
  const count = now.durationsMs.length;
  if (count === 0 || count < minimumExecutions) return [];
  const reasons: string[] = [];
  const allowed = rateOf(baseline) + errorRateIncrease;
  if (rateOf(now) > allowed) {
    reasons.push(
      `${now.failed} of ${count} executions failed (${percent(rateOf(now))}); ${percent(allowed)} are allowed`,
    );
  }
  if (
    baseline &&
    Math.min(count, baseline.durationsMs.length) >= Math.max(MINIMUM_DURATIONS, minimumExecutions)
  ) {
    const [newMs, oldMs] = [percentile(now.durationsMs, 50), percentile(baseline.durationsMs, 50)];
    if (newMs > oldMs * durationRatio) {
      reasons.push(
        `the median execution takes ${seconds(newMs)}, ${(newMs / oldMs).toFixed(2)} times the ${seconds(oldMs)} before; ${durationRatio} are allowed`,
      );
    }
  }
  return reasons;
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const rateOf = (ended: Ended | undefined) =>
  ended && ended.durationsMs.length > 0 ? ended.failed / ended.durationsMs.length : 0;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** The latest ended executions of a version that users have started, after `afterMs`. */
async function endedOf(
  { stepfunctions }: AwsClients,
  version: string,
  { most, afterMs }: { most: number; afterMs: number },
): Promise<Ended> {
  const ended: Ended = { failed: 0, durationsMs: [] };
  const pages = paginateListExecutions({ client: stepfunctions }, { stateMachineArn: version });
  for await (const { executions = [] } of pages) {
    for (const { name = '', status, startDate, stopDate } of executions) {
      if (startDate && startDate.getTime() <= afterMs) continue;
      if (name.startsWith(SMOKE_PREFIX) || !stopDate || !startDate || status === 'ABORTED') continue;
      ended.durationsMs.push(stopDate.getTime() - startDate.getTime());
      if (status !== 'SUCCEEDED') ended.failed++;
      if (ended.durationsMs.length >= most) return ended;
    }
  }
  return ended;
}
