/** How asynchronous invocations of a function are retried and where their records go. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { invalidParameter, resourceNotFound, validation } from './errors.ts';
import { type FunctionReference, functionArn, functionReference } from './function-name.ts';
import { integer, text } from './parameters.ts';
import type { EventInvokeConfig, LambdaFunction } from './store/entities.ts';
import type { FunctionStore } from './store/function-store.ts';

export const noEventInvokeConfig = (arn: string) =>
  resourceNotFound(`The function ${arn} doesn't have an EventInvokeConfig`);

/** What AWS says of a function, version or alias that is not there, in these operations alone. */
const noSuchFunction = () => resourceNotFound("The function doesn't exist.");

/** The function and qualifier that a configuration belongs to. @throws AwsError ResourceNotFoundException */
export function configuredFunction(
  store: FunctionStore,
  { name, qualifier = '$LATEST' }: FunctionReference,
): { found: LambdaFunction; qualifier: string } {
  const found = store.find(name);
  const exists =
    qualifier === '$LATEST' ||
    Object.hasOwn(found?.aliases ?? {}, qualifier) ||
    found?.published.some((version) => version.version === qualifier);
  if (!found || !exists) throw noSuchFunction();
  return { found, qualifier };
}

const DESTINATION =
  /^$|^arn:aws[a-zA-Z0-9-]*:[a-zA-Z0-9-]+:(?:[a-z]{2}(?:-[a-z]+)?-[a-z]+-\d)?:(?:\d{12})?:.*$/;

/** Reads the members that are present. @throws AwsError ValidationException, InvalidParameterValueException */
export function parseEventInvoke(
  body: JsonObject,
  place: { store: FunctionStore; env: ServiceEnvironment; functionName: string },
): Omit<EventInvokeConfig, 'lastModifiedMs'> {
  const retries = integer(body, 'MaximumRetryAttempts', { min: 0, max: 2 });
  const age = integer(body, 'MaximumEventAgeInSeconds', { min: 60, max: 21_600 });
  const given = body['DestinationConfig'];
  if (retries === undefined && age === undefined && !isJsonObject(given)) {
    throw invalidParameter('You must specify at least one of error handling or destination setting.');
  }
  const destinations = isJsonObject(given) ? (given as JsonObject) : {};
  const onSuccess = destination(destinations, 'OnSuccess');
  const onFailure = destination(destinations, 'OnFailure');
  checkDestinations({ onSuccess, onFailure }, place);
  return {
    ...(retries === undefined ? {} : { maximumRetryAttempts: retries }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
    ...(onSuccess === undefined ? {} : { onSuccessArn: onSuccess }),
    ...(onFailure === undefined ? {} : { onFailureArn: onFailure }),
  };
}

function destination(destinations: JsonObject, name: 'OnSuccess' | 'OnFailure'): string | undefined {
  const value = destinations[name];
  const arn = isJsonObject(value) ? text(value as JsonObject, 'Destination') : undefined;
  if (arn === undefined || arn === '') return undefined;
  if (!DESTINATION.test(arn)) {
    throw validation(
      arn,
      `destinationConfig.${name === 'OnSuccess' ? 'onSuccess' : 'onFailure'}.destination`,
      'Member must satisfy regular expression pattern: ^$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)',
    );
  }
  return arn;
}

interface Destinations {
  onSuccess: string | undefined;
  onFailure: string | undefined;
}

/**
 * Functions, queues, topics and event buses take both kinds of record, buckets those of failures alone.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function checkDestinations(
  destinations: Destinations,
  { store, env, functionName }: { store: FunctionStore; env: ServiceEnvironment; functionName: string },
): void {
  const { onSuccess, onFailure } = destinations;
  for (const arn of [onSuccess, onFailure]) {
    if (arn === undefined) continue;
    const service = arn.split(':')[2] ?? '';
    const takes =
      ['lambda', 'sqs', 'sns', 'events'].includes(service) || (service === 's3' && arn !== onSuccess);
    if (!takes) {
      throw invalidParameter(`The provided destination config ${showDestinations(destinations)} is invalid.`);
    }
    if (service === 'sqs' || service === 'sns') {
      const [, , , region, , resource] = arn.split(':');
      if (region !== env.region || !resource)
        throw invalidParameter(`The destination ARN ${arn} is invalid.`);
    }
    if (service !== 'lambda') continue;
    const { name } = functionReference(arn);
    if (!store.find(name)) throw invalidParameter(`The destination ARN ${arn} is invalid.`);
    if (name === functionName && arn.startsWith(functionArn(env, functionName))) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
  }
}

/** As Java shows the object. */
function showDestinations({ onSuccess, onFailure }: Destinations): string {
  const show = (name: string, arn: string | undefined) =>
    arn === undefined ? 'null' : `${name}(destination=${arn})`;
  return `DestinationConfig(onSuccess=${show('OnSuccess', onSuccess)}, onFailure=${show('OnFailure', onFailure)})`;
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
