/**
 * How asynchronous invocations of a function are retried and where their records go.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
import type {
  DeleteFunctionEventInvokeConfigCommandInput,
  GetFunctionEventInvokeConfigCommandInput,
  ListFunctionEventInvokeConfigsCommandInput,
  PutFunctionEventInvokeConfigCommandInput,
  UpdateFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { parseArn } from '../../../arn.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { type LambdaContext, page } from '../context.ts';
import { invalidParameter, resourceNotFound } from '../errors.ts';
import {
  type FunctionPlace,
  type FunctionReference,
  functionArn,
  functionReference,
  ownFunction,
} from '../function-name.ts';
import { onFunction } from '../permissions.ts';
import { type EventInvokeConfig, type LambdaFunction, own } from '../store/entities.ts';
import type { FunctionStore } from '../store/function-store.ts';

const noConfig = (arn: string) => resourceNotFound(`The function ${arn} doesn't have an EventInvokeConfig`);

/** What AWS says of a function, version or alias that is not there, in these operations alone. */
const noSuchFunction = () => resourceNotFound("The function doesn't exist.");

/** The function and qualifier that a configuration belongs to. @throws AwsError ResourceNotFoundException */
function configuredFunction(
  store: FunctionStore,
  { name, qualifier = '$LATEST' }: FunctionReference,
): { found: LambdaFunction; qualifier: string } {
  const found = store.find(name);
  const exists =
    qualifier === '$LATEST' ||
    own(found?.aliases, qualifier) ||
    found?.published.some((version) => version.version === qualifier);
  if (!found || !exists) throw noSuchFunction();
  return { found, qualifier };
}

type Input = PutFunctionEventInvokeConfigCommandInput;

const putFunctionEventInvokeConfig = defineOperation<LambdaContext, Input>({
  name: 'PutFunctionEventInvokeConfig',
  permission: onFunction('PutFunctionEventInvokeConfig'),
  handle({ env, store }, input) {
    const reference = ownFunction(env, input);
    const given = configOf(input, { store, env, functionName: reference.name });
    const { found, qualifier } = configuredFunction(store, reference);
    const config = { ...given, lastModifiedMs: env.clock.nowMs() };
    found.eventInvokeConfigs[qualifier] = config;
    store.save(found);
    return shapeOf(env, found.name, qualifier, config);
  },
});

const updateFunctionEventInvokeConfig = defineOperation<
  LambdaContext,
  UpdateFunctionEventInvokeConfigCommandInput
>({
  name: 'UpdateFunctionEventInvokeConfig',
  permission: onFunction('UpdateFunctionEventInvokeConfig'),
  handle({ env, store }, input) {
    const reference = ownFunction(env, input);
    const given = configOf(input, { store, env, functionName: reference.name });
    const { found, qualifier } = configuredFunction(store, reference);
    const existing = own(found.eventInvokeConfigs, qualifier);
    if (!existing) throw noConfig(functionArn(env, found.name, qualifier));
    const config = { ...existing, ...given, lastModifiedMs: env.clock.nowMs() };
    found.eventInvokeConfigs[qualifier] = config;
    store.save(found);
    return shapeOf(env, found.name, qualifier, config);
  },
});

const getFunctionEventInvokeConfig = defineOperation<LambdaContext, GetFunctionEventInvokeConfigCommandInput>(
  {
    name: 'GetFunctionEventInvokeConfig',
    permission: onFunction('GetFunctionEventInvokeConfig'),
    handle({ env, store }, input) {
      const { name, qualifier = '$LATEST' } = ownFunction(env, input);
      const config = own(store.find(name)?.eventInvokeConfigs, qualifier);
      if (!config) throw noConfig(functionArn(env, name, qualifier));
      return shapeOf(env, name, qualifier, config);
    },
  },
);

const deleteFunctionEventInvokeConfig = defineOperation<
  LambdaContext,
  DeleteFunctionEventInvokeConfigCommandInput,
  undefined
>({
  name: 'DeleteFunctionEventInvokeConfig',
  permission: onFunction('DeleteFunctionEventInvokeConfig'),
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = ownFunction(env, input);
    const found = store.find(name);
    if (!found || !own(found.eventInvokeConfigs, qualifier))
      throw noConfig(functionArn(env, name, qualifier));
    delete found.eventInvokeConfigs[qualifier];
    store.save(found);
    return undefined;
  },
});

const listFunctionEventInvokeConfigs = defineOperation<
  LambdaContext,
  ListFunctionEventInvokeConfigsCommandInput
>({
  name: 'ListFunctionEventInvokeConfigs',
  permission: onFunction('ListFunctionEventInvokeConfigs'),
  handle({ env, store }, input) {
    const { name } = ownFunction(env, { FunctionName: input.FunctionName });
    const { found } = configuredFunction(store, { name });
    const configs = Object.entries(found.eventInvokeConfigs).sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, next } = page(`event-invoke ${name}`, configs, input, ([qualifier]) => qualifier);
    return {
      FunctionEventInvokeConfigs: items.map(([qualifier, config]) => shapeOf(env, name, qualifier, config)),
      NextMarker: next,
    };
  },
});

/** The members that are present. @throws AwsError InvalidParameterValueException */
function configOf(
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: Input,
  place: { store: FunctionStore; env: FunctionPlace; functionName: string },
): Omit<EventInvokeConfig, 'lastModifiedMs'> {
  if (
    MaximumRetryAttempts === undefined &&
    MaximumEventAgeInSeconds === undefined &&
    DestinationConfig === undefined
  ) {
    throw invalidParameter('You must specify at least one of error handling or destination setting.');
  }
  const onSuccess = DestinationConfig?.OnSuccess?.Destination || undefined;
  const onFailure = DestinationConfig?.OnFailure?.Destination || undefined;
  checkDestinations({ onSuccess, onFailure }, place);
  return {
    ...(MaximumRetryAttempts === undefined ? {} : { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds === undefined ? {} : { maximumEventAgeSeconds: MaximumEventAgeInSeconds }),
    ...(onSuccess === undefined ? {} : { onSuccessArn: onSuccess }),
    ...(onFailure === undefined ? {} : { onFailureArn: onFailure }),
  };
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
  { store, env, functionName }: { store: FunctionStore; env: FunctionPlace; functionName: string },
): void {
  const { onSuccess, onFailure } = destinations;
  for (const text of [onSuccess, onFailure]) {
    if (text === undefined) continue;
    const { service = '', region, resource } = parseArn(text) ?? {};
    const takes =
      ['lambda', 'sqs', 'sns', 'events'].includes(service) || (service === 's3' && text !== onSuccess);
    if (!takes) {
      throw invalidParameter(`The provided destination config ${showDestinations(destinations)} is invalid.`);
    }
    if ((service === 'sqs' || service === 'sns') && (region !== env.region || resource === '')) {
      throw invalidParameter(`The destination ARN ${text} is invalid.`);
    }
    if (service !== 'lambda') continue;
    const { name } = functionReference({ FunctionName: text });
    if (!store.find(name)) throw invalidParameter(`The destination ARN ${text} is invalid.`);
    if (name === functionName && text.startsWith(functionArn(env, functionName))) {
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

function shapeOf(place: FunctionPlace, name: string, qualifier: string, config: EventInvokeConfig): object {
  const destination = (arn: string | undefined) => (arn === undefined ? {} : { Destination: arn });
  return {
    FunctionArn: functionArn(place, name, qualifier),
    LastModified: new Date(config.lastModifiedMs),
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAgeSeconds,
    DestinationConfig: {
      OnSuccess: destination(config.onSuccessArn),
      OnFailure: destination(config.onFailureArn),
    },
  };
}

export const eventInvokeConfigOperations: readonly Operation<LambdaContext>[] = [
  deleteFunctionEventInvokeConfig,
  getFunctionEventInvokeConfig,
  listFunctionEventInvokeConfigs,
  putFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
];
