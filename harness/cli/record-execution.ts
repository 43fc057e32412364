/** `cosmicai record`: everything that `cosmicai replay` needs, as one JSON file. */
import { writeFile } from 'node:fs/promises';
import {
  DescribeStateMachineForExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListMapRuns,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ExitCode, HarnessError } from '../core/errors.ts';

export interface RecordOptions {
  /** File; standard output unless given. */
  output?: string;
  /** AWS unless given, here or by AWS_ENDPOINT_URL. */
  endpoint?: string;
  region: string;
  profile?: string;
}

interface Recording {
  executionArn: string;
  type: 'STANDARD';
  definition?: string;
  events: object[];
  children?: Recording[];
}

export async function recordExecution(executionArn: string, options: RecordOptions): Promise<void> {
  const { endpoint = process.env['AWS_ENDPOINT_URL'], region, profile } = options;
  const client = new SFNClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(profile ? { profile } : {}),
    ...(endpoint && !profile && !process.env['AWS_ACCESS_KEY_ID']
      ? { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
      : {}),
  });
  try {
    const text = `${JSON.stringify(await recordingOf(client, executionArn), null, 2)}\n`;
    if (options.output === undefined) process.stdout.write(text);
    else await writeFile(options.output, text);
  } catch (error) {
    throw new HarnessError(
      'record-failed',
      `${executionArn} cannot be recorded: ${(error as Error).message}`,
      {
        exitCode: ExitCode.environmentFailed,
        cause: error,
      },
    );
  } finally {
    client.destroy();
  }
}

async function recordingOf(client: SFNClient, executionArn: string): Promise<Recording> {
  const { definition } = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const children: Recording[] = [];
  for await (const page of paginateListMapRuns({ client }, { executionArn }))
    for (const { mapRunArn } of page.mapRuns ?? [])
      for await (const listed of paginateListExecutions({ client }, { mapRunArn }))
        for (const child of listed.executions ?? [])
          if (child.executionArn?.includes(':execution:'))
            children.push(await historyOf(client, child.executionArn));
  return {
    ...(await historyOf(client, executionArn)),
    ...(definition === undefined ? {} : { definition }),
    // The list begins with the newest.
    ...(children.length > 0 ? { children: children.reverse() } : {}),
  };
}

async function historyOf(client: SFNClient, executionArn: string): Promise<Recording> {
  const events: object[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1000 }))
    events.push(...(page.events ?? []).map(onTheWire));
  return { executionArn, type: 'STANDARD', events };
}

/** The API's form: seconds since the epoch. */
const onTheWire = ({ timestamp, ...event }: HistoryEvent): object => ({
  timestamp: (timestamp?.getTime() ?? 0) / 1_000,
  ...event,
});
