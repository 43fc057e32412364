/** Defects that the platform's own record shows, and figures that a function prints in its place. */
import {
  type CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { InvocationBoundary } from '../backends/backend.ts';
import type { MutantChange } from './catalogue.ts';

type Record = Parameters<InvocationBoundary['ended']>[0];

export function changeRecord<One extends Record>(change: MutantChange, ended: One): One {
  if (change === 'leak') return { ...ended, maxMemoryUsedMB: ended.memorySizeMB };
  if (change === 'swallowedError') return { ...ended, status: 'error', errorType: 'Error' };
  const durationMs = ended.durationMs * 20 + 60_000;
  return { ...ended, durationMs, billedDurationMs: Math.ceil(durationMs) };
}

/** What a function would print to look fast: a hundred REPORT lines of 1 ms, at the time of an invocation. */
export async function printReports(
  logs: CloudWatchLogsClient,
  { functionName, endedAtMs: timestamp }: Pick<Record, 'functionName' | 'endedAtMs'>,
): Promise<void> {
  const logGroupName = `/aws/lambda/${functionName}`;
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  const logStreamName = logStreams[0]?.logStreamName;
  if (logStreamName === undefined) return;
  const logEvents = Array.from({ length: 100 }, (_, index) => ({
    timestamp,
    message: `REPORT RequestId: 00000000-0000-4000-8000-${String(index).padStart(12, '0')}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB\t\n`,
  }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}
