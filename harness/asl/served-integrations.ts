/** Which service integrations the embedded emulator runs itself; all others need a mock or a delegate. */
import { parseResource } from './task-events.ts';

/** Optimised integrations by service, with their actions. */
const OPTIMISED: Readonly<Record<string, readonly string[]>> = {
  lambda: ['invoke'],
  states: ['startExecution'],
};

/** Services behind `aws-sdk:`. */
const SDK_SERVICES = ['cloudwatch', 'cloudwatchlogs', 'iam', 'lambda', 's3', 'sfn', 'sts'];

/** Of a Task's Resource. `lambda` also stands for functions named by their ARN. */
export interface IntegrationName {
  /** `dynamodb`, also in `aws-sdk:dynamodb:getItem`. */
  service: string;
  action: string;
  isSdk: boolean;
  /** `.sync`, `.sync:2`, `.waitForTaskToken` or empty. */
  pattern: string;
}

const INTEGRATION =
  /^arn:[^:]*:states:[^:]*:[^:]*:(aws-sdk:)?([A-Za-z0-9-]+):([A-Za-z0-9]+)(\.sync:2|\.sync|\.waitForTaskToken)?$/;

/** Undefined of functions and activities. */
export function integrationName(resource: string): IntegrationName | undefined {
  const match = INTEGRATION.exec(resource);
  if (!match || parseResource(resource).kind === 'activity') return undefined;
  return { isSdk: match[1] !== undefined, service: match[2]!, action: match[3]!, pattern: match[4] ?? '' };
}

export function isServed({ service, action, isSdk }: IntegrationName): boolean {
  return isSdk ? SDK_SERVICES.includes(service) : (OPTIMISED[service]?.includes(action) ?? false);
}

/** As in messages: `dynamodb:putItem`, `aws-sdk:sqs:sendMessage`. */
export const shownIntegration = ({ service, action, isSdk, pattern }: IntegrationName): string =>
  `${isSdk ? 'aws-sdk:' : ''}${service}:${action}${pattern}`;
