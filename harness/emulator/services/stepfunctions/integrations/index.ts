/** The integrations served; the first that serves a resource runs it. */
import { activity } from './activity.ts';
import { awsSdkServices } from './aws-sdk-services.ts';
import { awsSdkSfn } from './aws-sdk-sfn.ts';
import type { Integration } from './integration.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaInvoke } from './lambda-invoke.ts';
import { notServed } from './not-served.ts';
import type { TaskResource } from './resource.ts';
import { startExecutionIntegration } from './start-execution.ts';

const integrations: readonly Integration[] = [
  lambdaInvoke,
  lambdaFunction,
  startExecutionIntegration,
  activity,
  awsSdkServices,
  awsSdkSfn,
];

/** The integration of a resource; one that always fails where none serves it. */
export function integrationOf(resource: TaskResource): Integration {
  return integrations.find((integration) => integration.serves(resource)) ?? notServed;
}
