/** Prints the events of log groups in order of time, and goes on with new ones. */
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import pc from 'picocolors';
import { type Clock, wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { wantsColor } from './wants-color.ts';

export interface TailOptions {
  follow: boolean;
  filter?: string;
  /** Seconds to look back. */
  since: number;
  endpoint: string;
  region: string;
}

const POLL_MS = 1000;
/** Events may come in a little out of order: each poll looks back so far, and prints what it has not seen. */
const OVERLAP_MS = 10_000;

interface Printed {
  group: string;
  event: FilteredLogEvent;
}

/** @throws HarnessError `log-group-missing`, `endpoint-unreachable`; CommandExit 130 when interrupted */
export async function tailLogs(
  group: string | undefined,
  options: TailOptions,
  clock: Clock = wallClock(),
): Promise<void> {
  const client = new CloudWatchLogsClient({
    region: options.region,
    endpoint: options.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const interruption = options.follow ? untilInterrupted() : undefined;
  const seen = new Map<string, number>();
  let fromMs = clock.nowMs() - options.since * 1000;
  try {
    for (;;) {
      const askedMs = clock.nowMs();
      const groups = group === undefined ? await allGroups(client) : [group];
      const found = await Promise.all(groups.map((name) => eventsOf(client, name, fromMs, options.filter)));
      for (const { group: name, event } of found.flat().sort(byTime)) {
        const id = `${name} ${event.eventId}`;
        if (seen.has(id)) continue;
        seen.set(id, event.timestamp ?? 0);
        process.stdout.write(line(name, event, group === undefined));
      }
      if (!interruption) return;
      fromMs = Math.max(fromMs, askedMs - OVERLAP_MS);
      for (const [id, atMs] of seen) if (atMs < fromMs) seen.delete(id);
      if (await isOver(clock, interruption.abort)) throw new CommandExit(INTERRUPTED);
    }
  } catch (error) {
    throw explained(error, group, options);
  } finally {
    client.destroy();
  }
}

/** Waits for the next poll; true when the command was interrupted meanwhile. */
function isOver(clock: Clock, abort: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (abort.aborted) return resolve(true);
    const end = () => {
      cancel();
      resolve(true);
    };
    const cancel = clock.after(POLL_MS, () => {
      abort.removeEventListener('abort', end);
      resolve(false);
    });
    abort.addEventListener('abort', end, { once: true });
  });
}

async function allGroups(client: CloudWatchLogsClient): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names;
}

async function eventsOf(
  client: CloudWatchLogsClient,
  group: string,
  startTime: number,
  filterPattern: string | undefined,
): Promise<Printed[]> {
  const found: Printed[] = [];
  const input = { logGroupName: group, startTime, ...(filterPattern === undefined ? {} : { filterPattern }) };
  for await (const page of paginateFilterLogEvents({ client }, input)) {
    found.push(...(page.events ?? []).map((event) => ({ group, event })));
  }
  return found;
}

const byTime = (a: Printed, b: Printed) => (a.event.timestamp ?? 0) - (b.event.timestamp ?? 0);

function line(
  group: string,
  { timestamp = 0, logStreamName = '', message = '' }: FilteredLogEvent,
  withGroup: boolean,
): string {
  const colors = pc.createColors(wantsColor());
  const place = withGroup ? `${group} ${logStreamName}` : logStreamName;
  return `${colors.dim(new Date(timestamp).toISOString())} ${colors.cyan(place)} ${message.replace(/\n$/, '')}\n`;
}

function explained(error: unknown, group: string | undefined, { endpoint }: TailOptions): unknown {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === 'ResourceNotFoundException') {
    return new HarnessError('log-group-missing', `There is no log group ${group} at ${endpoint}.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Leave the name out to see all groups.',
      cause: error,
    });
  }
  if (name === 'InvalidParameterException') {
    return new HarnessError('filter-pattern', `The filter was refused: ${message}.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Patterns are words, "phrases", { $.level = "ERROR" } or %regular expressions%.',
      cause: error,
    });
  }
  if (code === 'ECONNREFUSED') {
    return new HarnessError('endpoint-unreachable', `Nothing answers at ${endpoint}.`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Start it with cosmicai up, or name another with --endpoint.',
      cause: error,
    });
  }
  return error;
}
