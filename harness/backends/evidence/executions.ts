import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  type ExecutionListItem,
  type HistoryEvent,
  type MapRunItemCounts,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListMapRuns,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { isJsonObject, type Json } from '../../core/json.ts';
import { mapWithLimit } from '../../core/map-with-limit.ts';
import type {
  ChildRecord,
  ExecutionRecord,
  HistoryRecord,
  MapCounts,
  MapRunRecord,
} from '../../record/run-record.ts';

/** Requests at once: DescribeExecution refills at 15 a second, its bucket holds 300. */
const WIDTH = 8;
/** Children described one by one; of more than these only status and times are kept, but for the failed. */
const MAX_DESCRIBED = 1500;

/** An execution with its history, its Map Runs and their children. What cannot be had becomes a sentence in `gaps`. */
export async function collectExecution(
  client: SFNClient,
  executionArn: string,
  children: 'not listed' | 'listed' | 'with histories',
  gaps: string[],
): Promise<ExecutionRecord> {
  const described = await client.send(new DescribeExecutionCommand({ executionArn }));
  const record: ExecutionRecord = {
    executionArn,
    name: described.name ?? executionArn.split(':').at(-1)!,
    status: described.status ?? 'RUNNING',
    startedAtMs: described.startDate?.getTime() ?? 0,
    ...present('stoppedAtMs', described.stopDate?.getTime()),
    input: parseOr(described.input),
    ...present('output', described.output === undefined ? undefined : parseOr(described.output)),
    ...present('error', described.error),
    ...present('cause', described.cause),
    history: await collectHistory(client, executionArn),
    mapRuns: [],
    children: [],
  };
  await recorded(`the state machine's definition of ${record.name}`, gaps, async () => {
    const machine = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    const definition = parseOr(machine.definition);
    if (isJsonObject(definition)) record.definition = definition;
  });
  await recorded(`the Map Runs of ${record.name}`, gaps, async () => {
    for (const mapRunArn of await listMapRuns(client, executionArn)) {
      const mapRun = await describeMapRun(client, mapRunArn);
      record.mapRuns.push(mapRun);
      if (children === 'not listed') continue;
      const found = await collectChildren(client, mapRunArn, children === 'with histories');
      record.children.push(...found);
      if (found.length < mapRun.executionCounts.total) {
        gaps.push(
          `${found.length} of ${mapRun.executionCounts.total} children of ${mapRunArn} are listed ` +
            '(children of type EXPRESS never are)',
        );
      }
    }
  });
  return record;
}

/** Runs `work`; a failure is written down instead of ending the collection. */
export async function recorded(what: string, gaps: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    gaps.push(
      `${what} could not be collected: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
    );
  }
}

async function collectHistory(client: SFNClient, executionArn: string): Promise<HistoryRecord[]> {
  const events: HistoryRecord[] = [];
  for await (const page of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn })) {
    for (const event of page.events ?? []) events.push(historyRecord(event));
  }
  return events;
}

function historyRecord({ timestamp, type, id, previousEventId, ...details }: HistoryEvent): HistoryRecord {
  return {
    id: id ?? 0,
    previousEventId: previousEventId ?? 0,
    timestampMs: timestamp?.getTime() ?? 0,
    type: type ?? '',
    ...details,
  };
}

async function listMapRuns(client: SFNClient, executionArn: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListMapRuns({ client }, { executionArn })) {
    for (const { mapRunArn } of page.mapRuns ?? []) if (mapRunArn) arns.push(mapRunArn);
  }
  return arns;
}

async function describeMapRun(client: SFNClient, mapRunArn: string): Promise<MapRunRecord> {
  const run = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  return {
    mapRunArn,
    status: run.status ?? '',
    startedAtMs: run.startDate?.getTime() ?? 0,
    ...present('stoppedAtMs', run.stopDate?.getTime()),
    maxConcurrency: run.maxConcurrency ?? 0,
    toleratedFailureCount: run.toleratedFailureCount ?? 0,
    toleratedFailurePercentage: run.toleratedFailurePercentage ?? 0,
    itemCounts: countsOf(run.itemCounts),
    executionCounts: countsOf(run.executionCounts),
  };
}

function countsOf(counts: MapRunItemCounts | undefined): MapCounts {
  return {
    pending: counts?.pending ?? 0,
    running: counts?.running ?? 0,
    succeeded: counts?.succeeded ?? 0,
    failed: counts?.failed ?? 0,
    timedOut: counts?.timedOut ?? 0,
    aborted: counts?.aborted ?? 0,
    total: counts?.total ?? 0,
    resultsWritten: counts?.resultsWritten ?? 0,
  };
}

async function collectChildren(
  client: SFNClient,
  mapRunArn: string,
  histories: boolean,
): Promise<ChildRecord[]> {
  const listed: ExecutionListItem[] = [];
  for await (const page of paginateListExecutions({ client, pageSize: 1000 }, { mapRunArn })) {
    listed.push(...(page.executions ?? []));
  }
  const describeAll = listed.length <= MAX_DESCRIBED;
  const children = await mapWithLimit(listed, WIDTH, async (item): Promise<ChildRecord> => {
    const child: ChildRecord = {
      executionArn: item.executionArn!,
      mapRunArn,
      status: item.status ?? '',
      startedAtMs: item.startDate?.getTime() ?? 0,
      ...present('stoppedAtMs', item.stopDate?.getTime()),
    };
    if (isExpress(child.executionArn) || (!describeAll && item.status === 'SUCCEEDED')) return child;
    const more = await client.send(new DescribeExecutionCommand({ executionArn: item.executionArn }));
    return {
      ...child,
      input: parseOr(more.input),
      ...present('output', more.output === undefined ? undefined : parseOr(more.output)),
      ...present('error', more.error),
      ...present('cause', more.cause),
      ...(histories ? { history: await collectHistory(client, child.executionArn) } : {}),
    };
  });
  // ListExecutions answers the latest first.
  return children.sort((a, b) => a.startedAtMs - b.startedAtMs || (a.executionArn < b.executionArn ? -1 : 1));
}

/** No operation describes an EXPRESS execution, and it has no history. */
const isExpress = (executionArn: string) => executionArn.includes(':express:');

/** JSON of a payload; a text that is no JSON stays a text. */
function parseOr(text: string | undefined): Json {
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}
