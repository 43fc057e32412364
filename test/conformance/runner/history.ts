/** Waiting for executions and reading what they left. */

import type { Json, JsonObject } from '../../../harness/core/json.ts';
import { parseJson } from '../../../harness/core/json-parse.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 30_000;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** DescribeExecution once the execution has ended. */
export async function waitForEnd(
  world: World,
  executionArn: string,
  patienceMs = PATIENCE_MS,
): Promise<JsonObject> {
  const deadline = performance.now() + patienceMs;
  for (let delayMs = 2; ; delayMs = Math.min(delayMs * 1.5, 100)) {
    const { body } = await world.sfn('DescribeExecution', { executionArn });
    const description = body as JsonObject;
    if (description['status'] !== 'RUNNING') return description;
    if (performance.now() > deadline) return description;
    await pause(delayMs);
  }
}

/** All events, page by page. */
export async function historyOf(world: World, executionArn: string): Promise<Json[]> {
  const events: Json[] = [];
  let nextToken: Json | undefined;
  do {
    const { body } = await world.sfn('GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
      ...(nextToken !== undefined && { nextToken }),
    });
    const page = body as { events?: Json[]; nextToken?: string };
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** Records of a log group as JSON, in the order of their event ids. */
export async function loggedEvents(
  world: World,
  logGroupName: string,
  executionArn: string,
): Promise<JsonObject[]> {
  const { body } = await world.logs('FilterLogEvents', { logGroupName });
  const { events = [] } = body as { events?: { message: string }[] };
  return events
    .filter(({ message }) => message.startsWith('{'))
    .map(({ message }) => parseJson(message) as JsonObject)
    .filter((record) => record['execution_arn'] === executionArn)
    .sort((a, b) => Number(a['id']) - Number(b['id']));
}
