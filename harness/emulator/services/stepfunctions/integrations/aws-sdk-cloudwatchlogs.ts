/** `aws-sdk:cloudwatchlogs:*`. */
import { callSdk, type SdkService } from './aws-sdk-client.ts';
import type { Integration } from './integration.ts';
import { camelCased, pascalCased } from './member-case.ts';

const logs: SdkService = {
  errorName: 'CloudWatchLogs',
  clientName: 'CloudWatchLogsClient',
  load: () => import('@aws-sdk/client-cloudwatch-logs') as Promise<{ [name: string]: unknown }>,
};

export const awsSdkCloudWatchLogs: Integration = {
  name: 'aws-sdk:cloudwatchlogs:*',
  serves: (resource) => resource.kind === 'aws-sdk' && resource.service === 'cloudwatchlogs',
  run: (call, context) =>
    callSdk(logs, 'action' in call.resource ? call.resource.action : '', call, context, {
      toWire: camelCased,
      fromWire: pascalCased,
    }),
};
