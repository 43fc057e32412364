/** Metric values of tasks, derived from the events that tasks write into the history. Pure but for `open`. */
import type { HistoryEvent } from '../../../../asl/history.ts';

interface OpenTask {
  arn: string;
  scheduledAtMs: number;
  startedAtMs?: number;
}

/** Tasks that have not ended, by the id of their last event. */
export type OpenTasks = Map<number, OpenTask>;

interface TaskValues {
  dimension: string;
  arn: string;
  counts: string[];
  times: [name: string, durationMs: number][];
}

/** Names of the metrics by the family of events. Source: procedure-cw-metrics.html of the guide. */
const FAMILIES = {
  Activity: { many: 'Activities', one: 'Activity', dimension: 'ActivityArn' },
  LambdaFunction: { many: 'LambdaFunctions', one: 'LambdaFunction', dimension: 'LambdaFunctionArn' },
  Task: {
    many: 'ServiceIntegrations',
    one: 'ServiceIntegration',
    dimension: 'ServiceIntegrationResourceArn',
  },
} as const;

const TASK_EVENT =
  /^(Activity|LambdaFunction|Task)(Scheduled|Started|Submitted|Succeeded|Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$/;

export const isTaskEvent = ({ type }: HistoryEvent): boolean => TASK_EVENT.test(type);

/** What an event adds; `undefined` for events of other kinds. `heartbeat`: a missing heartbeat timed the task out. */
export function taskValues(open: OpenTasks, event: HistoryEvent, heartbeat: boolean): TaskValues | undefined {
  const [, family, moment] = TASK_EVENT.exec(event.type) ?? [];
  if (family === undefined) return undefined;
  const { many, one, dimension } = FAMILIES[family as keyof typeof FAMILIES];
  if (moment === 'Scheduled') {
    const arn = resourceArn(family, event);
    open.set(event.id, { arn, scheduledAtMs: event.atMs });
    return { dimension, arn, counts: [`${many}Scheduled`], times: [] };
  }
  const task = open.get(event.previousEventId);
  if (!task) return undefined;
  open.delete(event.previousEventId);
  if (moment === 'Submitted') {
    open.set(event.id, task);
    return undefined;
  }
  const waitedMs = event.atMs - task.scheduledAtMs;
  if (moment === 'Started') {
    open.set(event.id, { ...task, startedAtMs: event.atMs });
    const times: TaskValues['times'] = [[`${one}ScheduleTime`, waitedMs]];
    return { dimension, arn: task.arn, counts: [`${many}Started`], times };
  }
  const outcome = moment === 'Succeeded' ? 'Succeeded' : moment === 'TimedOut' ? 'TimedOut' : 'Failed';
  const counts = [`${many}${outcome}`];
  // AWS documents the count of missing heartbeats for activities alone.
  if (heartbeat && outcome === 'TimedOut' && family === 'Activity') counts[0] = `${many}HeartbeatTimedOut`;
  const times: TaskValues['times'] = [[`${one}Time`, waitedMs]];
  if (task.startedAtMs !== undefined) times.push([`${one}RunTime`, event.atMs - task.startedAtMs]);
  return { dimension, arn: task.arn, counts, times };
}

function resourceArn(family: string, { details }: HistoryEvent): string {
  const { resource, resourceType } = (details ?? {}) as { resource?: string; resourceType?: string };
  return family === 'Task' ? `arn:aws:states:::${resourceType}:${resource}` : String(resource);
}
