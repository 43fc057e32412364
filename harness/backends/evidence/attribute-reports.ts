/**
 * Which REPORT lines are evidence. A function's output lies in the same log as the platform's lines and can look like
 * them, so a line counts only for an invocation that the histories of the run know, and only as the one line of that
 * invocation. Which invocations failed is told by the histories too, never by what a function printed.
 */
import { isJsonObject, type Json } from '../../core/json.ts';
import { functionNameOf } from '../../record/invoked-payloads.ts';
import type { ExecutionRecord, HistoryRecord, InvocationRecord } from '../../record/run-record.ts';

export interface AttributedReports {
  invocations: InvocationRecord[];
  /** Why lines cannot be told from what functions printed, one sentence each: none of them is evidence then. */
  contested: string[];
}

/** Lines as they were read, and the histories that know the invocations. */
export function attributeReports(
  reports: readonly InvocationRecord[],
  executions: readonly ExecutionRecord[],
  mockedStates: readonly string[] = [],
): AttributedReports {
  const contested: string[] = [];
  const unknown = executions.flatMap(({ children }) => children).filter(({ history }) => !history).length;
  if (unknown > 0 && mockedStates.length === 0)
    contested.push(
      `the histories of ${unknown} child executions, which know their invocations, were not collected`,
    );
  const known = invokedBy(executions);
  const invocations = [...new Set(reports.map(({ functionName }) => functionName))].flatMap(
    (functionName) => {
      const own = reports.filter((one) => one.functionName === functionName);
      const found = attribute(own, known.get(functionName) ?? { ids: new Set(), unnamed: 0, failed: 0 });
      if ('contested' in found) contested.push(`${functionName}: ${found.contested}`);
      return 'contested' in found ? [] : found.invocations;
    },
  );
  return { invocations: contested.length > 0 ? [] : invocations, contested };
}

/** What histories know of the invocations of one function. */
interface Known {
  /** Request ids of those that succeeded. */
  ids: Set<string>;
  /** Successes whose events carry no request id. */
  unnamed: number;
  /** Attempts that failed, those that never began included. */
  failed: number;
}

function attribute(
  reports: readonly InvocationRecord[],
  { ids, unnamed, failed }: Known,
): { invocations: InvocationRecord[] } | { contested: string } {
  const counts = new Map<string, number>();
  for (const { requestId } of reports) counts.set(requestId, (counts.get(requestId) ?? 0) + 1);
  const repeated = [...counts].find(([, count]) => count > 1);
  if (repeated) return { contested: `${repeated[1]} REPORT lines name the request ${repeated[0]}` };
  const others = reports.filter(({ requestId }) => !ids.has(requestId));
  if (others.length > unnamed + failed) {
    return {
      contested: `${reports.length} REPORT lines, where the histories know of ${ids.size + unnamed} invocations that succeeded and ${failed} that failed`,
    };
  }
  const isFailed = (one: InvocationRecord) =>
    !ids.has(one.requestId) && (unnamed === 0 || one.status !== undefined);
  const failures = reports.filter(isFailed).length;
  if (unnamed > 0 && failures !== failed) {
    return {
      contested: `${failures} REPORT lines of failed invocations, where the histories know of ${failed}`,
    };
  }
  return { invocations: reports.map((one) => (isFailed(one) ? asFailed(one) : asSucceeded(one))) };
}

const asFailed = (one: InvocationRecord): InvocationRecord => ({ ...one, status: one.status ?? 'error' });

function asSucceeded({ status: _, errorType: __, ...one }: InvocationRecord): InvocationRecord {
  return one;
}

function invokedBy(executions: readonly ExecutionRecord[]): Map<string, Known> {
  const known = new Map<string, Known>();
  const histories = executions.flatMap(({ history, children }) => [
    history,
    ...children.flatMap((child) => (child.history ? [child.history] : [])),
  ]);
  for (const history of histories) addHistory(known, history);
  return known;
}

function addHistory(known: Map<string, Known>, history: readonly HistoryRecord[]): void {
  /** Function of the task that an event belongs to. */
  const functions = new Map<number, string>();
  for (const event of history) {
    const name =
      scheduledFunction(event) ??
      (ofTask.test(event.type) ? functions.get(event.previousEventId) : undefined);
    if (name === undefined) continue;
    functions.set(event.id, name);
    const own = known.get(name) ?? { ids: new Set<string>(), unnamed: 0, failed: 0 };
    known.set(name, own);
    if (/^(?:Task|LambdaFunction)Succeeded$/.test(event.type)) {
      const id = requestIdOf(event);
      if (id === undefined) own.unnamed++;
      else own.ids.add(id);
    } else if (/(?:Failed|TimedOut)$/.test(event.type)) own.failed++;
  }
}

const ofTask = /^(?:Task|LambdaFunction)/;

function scheduledFunction(event: HistoryRecord): string | undefined {
  const direct = event['lambdaFunctionScheduledEventDetails'] as { resource?: string } | undefined;
  if (direct) return functionNameOf(direct.resource ?? '');
  const task = event['taskScheduledEventDetails'] as
    | { resourceType?: string; parameters?: string }
    | undefined;
  if (task?.resourceType !== 'lambda') return undefined;
  const request = parsed(task.parameters);
  return functionNameOf(String(isJsonObject(request) ? (request['FunctionName'] ?? '') : ''));
}

/** `lambda:invoke` puts the request id that Lambda answered beside the function's payload. */
function requestIdOf(event: HistoryRecord): string | undefined {
  const details = event['taskSucceededEventDetails'] as { output?: string } | undefined;
  const output = parsed(details?.output);
  const metadata = isJsonObject(output) ? (output['SdkResponseMetadata'] ?? null) : null;
  const id = isJsonObject(metadata) ? metadata['RequestId'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function parsed(text: string | undefined): Json {
  try {
    return JSON.parse(text ?? 'null') as Json;
  } catch {
    return null;
  }
}
