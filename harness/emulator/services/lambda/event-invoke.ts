/** How asynchronous invocations of a function are retried and where their records go. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { resourceNotFound } from './errors.ts';
import { functionArn } from './function-name.ts';
import { integer, text } from './parameters.ts';
import type { EventInvokeConfig } from './store/entities.ts';

export const noEventInvokeConfig = (arn: string) =>
  resourceNotFound(`The function ${arn} doesn't have an EventInvokeConfig`);

/** Reads the members that are present. */
export function parseEventInvoke(body: JsonObject): Omit<EventInvokeConfig, 'lastModifiedMs'> {
  const retries = integer(body, 'MaximumRetryAttempts', { min: 0, max: 2 });
  const age = integer(body, 'MaximumEventAgeInSeconds', { min: 60, max: 21_600 });
  const destinations = isJsonObject(body['DestinationConfig'])
    ? (body['DestinationConfig'] as JsonObject)
    : {};
  const onSuccess = destination(destinations, 'OnSuccess');
  const onFailure = destination(destinations, 'OnFailure');
  return {
    ...(retries === undefined ? {} : { maximumRetryAttempts: retries }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
    ...(onSuccess === undefined ? {} : { onSuccessArn: onSuccess }),
    ...(onFailure === undefined ? {} : { onFailureArn: onFailure }),
  };
}

function destination(destinations: JsonObject, name: string): string | undefined {
  const value = destinations[name];
  return isJsonObject(value) ? text(value as JsonObject, 'Destination') : undefined;
}

export function eventInvokeShape(
  env: ServiceEnvironment,
  functionName: string,
  qualifier: string,
  config: EventInvokeConfig,
): object {
  const shape = (arn: string | undefined) => (arn === undefined ? {} : { Destination: arn });
  return {
    FunctionArn: functionArn(env, functionName, qualifier),
    LastModified: config.lastModifiedMs / 1000,
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAgeSeconds,
    DestinationConfig: { OnSuccess: shape(config.onSuccessArn), OnFailure: shape(config.onFailureArn) },
  };
}
