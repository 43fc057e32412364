/**
 * The services that `aws-sdk:` resources reach through the AWS SDK and the emulator's own endpoint: their client, and
 * what Step Functions makes of requests and answers.
 */
import {
  decimal,
  isJsonObject,
  type Json,
  type JsonObject,
  numberOf,
  plainJson,
} from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import { callSdk, type SdkService } from './aws-sdk-client.ts';
import type { Integration } from './integration.ts';
import { camelCased, pascalCased } from './member-case.ts';

type Module = Promise<{ [name: string]: unknown }>;

/** The content type Step Functions stores a Body with (recorded cases test_s3_put_object). */
const TEXT = 'text/plain; charset=UTF-8';

/** Members of CloudWatch's answers that are doubles: Java prints `30` of these as `30.0`. */
const CLOUDWATCH_DOUBLES: ReadonlySet<string> = new Set([
  'Average',
  'Counts',
  'ExtendedStatistics',
  'Maximum',
  'Minimum',
  'SampleCount',
  'Sum',
  'Threshold',
  'Value',
  'Values',
]);

/** By the name in `aws-sdk:`. */
const SERVICES: { readonly [name: string]: SdkService } = {
  cloudwatch: {
    errorName: 'CloudWatch',
    clientName: 'CloudWatchClient',
    load: () => import('@aws-sdk/client-cloudwatch') as unknown as Module,
    fromWire: (answer) => withDoubles(answer) as JsonObject,
  },
  cloudwatchlogs: {
    errorName: 'CloudWatchLogs',
    clientName: 'CloudWatchLogsClient',
    load: () => import('@aws-sdk/client-cloudwatch-logs') as unknown as Module,
    toWire: camelCased,
    fromWire: pascalCased,
  },
  iam: {
    errorName: 'Iam',
    clientName: 'IAMClient',
    load: () => import('@aws-sdk/client-iam') as unknown as Module,
  },
  lambda: {
    errorName: 'Lambda',
    clientName: 'LambdaClient',
    load: () => import('@aws-sdk/client-lambda') as unknown as Module,
    // Invoke's Payload is a JSON text both ways.
    toWire: ({ Payload, ...rest }) =>
      Payload === undefined
        ? rest
        : { ...rest, Payload: typeof Payload === 'string' ? Payload : printJson(Payload) },
    fromWire: (answer) =>
      typeof answer['Payload'] === 'string'
        ? { ...answer, Payload: Buffer.from(answer['Payload'], 'base64').toString('utf8') }
        : answer,
  },
  s3: {
    errorName: 'S3',
    clientName: 'S3Client',
    extendedRequestId: true,
    load: () => import('@aws-sdk/client-s3') as unknown as Module,
    // A Body is sent as its JSON text, also a string.
    toWire: ({ Body, ...rest }) =>
      Body === undefined ? rest : { ContentType: TEXT, ...rest, Body: printJson(Body) },
  },
  sts: {
    errorName: 'Sts',
    clientName: 'STSClient',
    load: () => import('@aws-sdk/client-sts') as unknown as Module,
  },
};

/** `aws-sdk:SERVICE:*` of the services above. */
export const awsSdkServices: Integration = {
  name: `aws-sdk:{${Object.keys(SERVICES).join(',')}}:*`,
  serves: (resource) => resource.kind === 'aws-sdk' && Object.hasOwn(SERVICES, resource.service),
  run(call, context) {
    const { service = '', action = '' } = 'action' in call.resource ? call.resource : {};
    return callSdk(service, SERVICES[service] as SdkService, action, call, context);
  },
};

function withDoubles(value: Json, isDouble = false): Json {
  const number = numberOf(value);
  if (number !== undefined) return isDouble ? decimal(number) : plainJson(value);
  if (Array.isArray(value)) return value.map((item) => withDoubles(item, isDouble));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      withDoubles(member, isDouble || CLOUDWATCH_DOUBLES.has(name)),
    ]),
  );
}
