/**
 * The family of events a task writes, by its Resource: a function ARN writes `LambdaFunction...`, an activity ARN
 * `Activity...`, everything else `Task...` with the names of service and action.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { HistoryEventType } from './history.ts';
import { dataDetails } from './history-writer.ts';

export interface TaskResource {
  kind: 'lambda' | 'activity' | 'service';
  /** `lambda`, `states`, `aws-sdk:s3`; for the other kinds what they are. */
  resourceType: string;
  /** The action with its pattern, e.g. `startExecution.sync:2`; for the other kinds the whole ARN. */
  resource: string;
  pattern: 'requestResponse' | 'sync' | 'waitForTaskToken';
  /** What States.DataLimitExceeded calls it. */
  limitName: string;
}

const resources = new Map<string, TaskResource>();

/** Parses a Resource; any text is some resource. */
export function parseResource(arn: string): TaskResource {
  let resource = resources.get(arn);
  if (!resource) {
    resource = parse(arn);
    // Definitions name few resources; the bound only guards against a machine generator.
    if (resources.size > 10_000) resources.clear();
    resources.set(arn, resource);
  }
  return resource;
}

function parse(arn: string): TaskResource {
  const parts = arn.split(':');
  const [, , service = '', , , kind = ''] = parts;
  if (service === 'lambda' && kind === 'function') {
    return {
      kind: 'lambda',
      resourceType: 'lambda',
      resource: arn,
      pattern: 'requestResponse',
      limitName: arn,
    };
  }
  if (service === 'states' && kind === 'activity') {
    return {
      kind: 'activity',
      resourceType: 'activity',
      resource: arn,
      pattern: 'requestResponse',
      limitName: arn,
    };
  }
  // arn:aws:states:::lambda:invoke, ...:::aws-sdk:s3:getObject, ...:::states:startExecution.sync:2
  const rest = parts.slice(5);
  const words = rest[0] === 'aws-sdk' ? 2 : 1;
  const resourceType = rest.slice(0, words).join(':');
  const resource = rest.slice(words).join(':');
  const pattern = resource.endsWith('.waitForTaskToken')
    ? 'waitForTaskToken'
    : /\.sync(:2)?$/.test(resource)
      ? 'sync'
      : 'requestResponse';
  return { kind: 'service', resourceType, resource, pattern, limitName: resourceType };
}

/**
 * Has a task token: somebody outside may answer. A `.sync` task has one too, and an answer by token ends it before
 * the job does (recorded case callback/test_sync_with_task_token).
 */
export function hasToken(resource: TaskResource): boolean {
  return resource.kind === 'activity' || resource.pattern !== 'requestResponse';
}

export type TaskMoment =
  | 'Scheduled'
  | 'Started'
  | 'Submitted'
  | 'Succeeded'
  | 'Failed'
  | 'TimedOut'
  | 'ScheduleFailed'
  | 'StartFailed'
  | 'SubmitFailed';

const FAMILY = { lambda: 'LambdaFunction', activity: 'Activity', service: 'Task' } as const;

/** Moments that a family has no event of its own for. */
const INSTEAD: Readonly<Record<string, HistoryEventType>> = {
  TaskScheduleFailed: 'TaskFailed',
  ActivityStartFailed: 'ActivityFailed',
  ActivitySubmitFailed: 'ActivityFailed',
  LambdaFunctionSubmitFailed: 'LambdaFunctionFailed',
};

export interface TaskEvent {
  type: HistoryEventType;
  detailsKey: string | undefined;
  details: { [member: string]: Json };
}

/** The event of a moment; `own` are the members that belong to the moment itself. */
export function taskEvent(resource: TaskResource, moment: TaskMoment, own: JsonObject): TaskEvent {
  const name = `${FAMILY[resource.kind]}${moment}`;
  const type = INSTEAD[name] ?? (name as HistoryEventType);
  if (type === 'LambdaFunctionStarted') return { type, detailsKey: undefined, details: {} };
  const names =
    resource.kind === 'service' ? { resource: resource.resource, resourceType: resource.resourceType } : {};
  return {
    type,
    detailsKey: `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`,
    details: { ...own, ...names },
  };
}

export interface ScheduledWith {
  parametersText: string;
  region: string;
  timeoutSeconds: number | undefined;
  heartbeatSeconds: number | undefined;
  roleArn: string | undefined;
}

/** Members of the Scheduled event. */
export function scheduledDetails(resource: TaskResource, given: ScheduledWith): JsonObject {
  const { timeoutSeconds, heartbeatSeconds, roleArn } = given;
  return {
    ...(resource.kind === 'service'
      ? { region: given.region, parameters: given.parametersText }
      : { resource: resource.resource, ...dataDetails('input', given.parametersText) }),
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined || resource.kind === 'lambda'
      ? {}
      : { heartbeatInSeconds: heartbeatSeconds }),
    ...(roleArn === undefined || resource.kind === 'activity' ? {} : { taskCredentials: { roleArn } }),
  };
}
