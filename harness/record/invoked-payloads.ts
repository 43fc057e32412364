/** What Lambda functions were invoked with, as the histories of a run tell; REPORT lines do not. */
import { isJsonObject, type Json } from '../core/json.ts';
import type { HistoryRecord, RunRecord } from './run-record.ts';
import { stateNames } from './state-names.ts';

/** One attempt to invoke a function. */
export interface Invoked {
  /** Name without account, version and alias. */
  functionName: string;
  payload: Json;
  /** Name of the execution or child whose history tells of it, and the event in it. */
  execution: string;
  eventId: number;
}

export interface InvokedPayloads {
  invoked: Invoked[];
  /** Children whose histories were not collected: what was invoked in them is not known. */
  unknownChildren: number;
}

/** Attempts in the order of the histories. States that were mocked invoked nothing and are left out. */
export function invokedPayloads({ executions, mockedStates = [] }: RunRecord): InvokedPayloads {
  const mocked = new Set(mockedStates);
  const found: InvokedPayloads = { invoked: [], unknownChildren: 0 };
  for (const { executionArn, history, children } of executions) {
    found.invoked.push(...invokedIn(history, executionArn, mocked));
    for (const child of children) {
      if (!child.history) found.unknownChildren++;
      else found.invoked.push(...invokedIn(child.history, child.executionArn, mocked));
    }
  }
  return found;
}

function invokedIn(
  history: readonly HistoryRecord[],
  executionArn: string,
  mocked: ReadonlySet<string>,
): Invoked[] {
  const states = stateNames(history);
  const execution = executionArn.slice(executionArn.lastIndexOf(':') + 1);
  return history.flatMap((event): Invoked[] => {
    const call = callIn(event);
    const state = states.get(event.id);
    if (!call || (state !== undefined && mocked.has(state))) return [];
    return [{ ...call, execution, eventId: event.id }];
  });
}

/** `arn:aws:states:::lambda:invoke` has its request in `parameters`, a function's ARN as resource its input. */
function callIn(event: HistoryRecord): Pick<Invoked, 'functionName' | 'payload'> | undefined {
  const scheduled = event['lambdaFunctionScheduledEventDetails'];
  if (isJsonObject(scheduled as Json)) {
    const { resource, input } = scheduled as { resource?: string; input?: string };
    return { functionName: functionNameOf(resource ?? ''), payload: parsed(input) };
  }
  const task = event['taskScheduledEventDetails'] as
    | { resourceType?: string; parameters?: string }
    | undefined;
  if (task?.resourceType !== 'lambda') return undefined;
  const request = parsed(task.parameters);
  if (!isJsonObject(request)) return undefined;
  return {
    functionName: functionNameOf(String(request['FunctionName'] ?? '')),
    payload: request['Payload'] ?? null,
  };
}

/** Of a name, a partial or a whole ARN, with or without version. */
export function functionNameOf(text: string): string {
  const parts = text.split(':');
  const at = parts.indexOf('function');
  return (at === -1 ? parts[0] : parts[at + 1]) ?? '';
}

function parsed(text: string | undefined): Json {
  try {
    return JSON.parse(text ?? 'null') as Json;
  } catch {
    // Cut to what a history shows of long texts.
    return text ?? null;
  }
}
