/**
 * Configurations of function URLs. Versions have none.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
import type {
  Cors,
  CreateFunctionUrlConfigCommandInput,
  DeleteFunctionUrlConfigCommandInput,
  FunctionUrlAuthType,
  GetFunctionUrlConfigCommandInput,
  ListFunctionUrlConfigsCommandInput,
  UpdateFunctionUrlConfigCommandInput,
} from '@aws-sdk/client-lambda';
import type { Random } from '../../../../core/random.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { Permission } from '../../../http/permission.ts';
import type { ServiceEnvironment } from '../../ports.ts';
import { type LambdaContext, page } from '../context.ts';
import {
  invalidParameter,
  resourceConflict,
  resourceDoesNotExist,
  resourceNotFound,
  validationException,
  violated,
} from '../errors.ts';
import { type FunctionPlace, functionArn, type NamedFunction, ownFunction } from '../function-name.ts';
import { functionResource, onFunction } from '../permissions.ts';
import { type FunctionUrlConfig, type LambdaFunction, own, urlConfigOf } from '../store/entities.ts';

/** What AWS says of a function or alias that is not there, in these operations alone. */
const functionDoesNotExist = () => resourceNotFound('Function does not exist');

/** The function and alias (the empty text for none) of an input. */
function holderOf(place: FunctionPlace, input: NamedFunction): { name: string; alias: string } {
  const { name, qualifier = '' } = ownFunction(place, input);
  return { name, alias: qualifier };
}

const withAuthType =
  (
    action: string,
  ): Permission<
    LambdaContext,
    { FunctionName?: string | undefined; AuthType?: FunctionUrlAuthType | undefined }
  > =>
  ({ FunctionName, AuthType }, { env }) => [
    {
      action: `lambda:${action}`,
      resource: functionResource(env, { FunctionName }),
      context: { 'lambda:FunctionUrlAuthType': AuthType },
    },
  ];

const createFunctionUrlConfig = defineOperation<LambdaContext, CreateFunctionUrlConfigCommandInput>({
  name: 'CreateFunctionUrlConfig',
  permission: withAuthType('CreateFunctionUrlConfig'),
  handle({ env, store }, input) {
    const { name, alias } = holderOf(env, input);
    const { AuthType: authType = 'AWS_IAM', InvokeMode, Cors: cors } = input;
    checkCors(cors);
    const found = store.find(name);
    if (!found || (alias !== '' && !own(found.aliases, alias))) throw functionDoesNotExist();
    if (urlConfigOf(found, alias)) {
      const arn = functionArn(env, name, alias || undefined);
      throw resourceConflict(
        `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    const nowMs = env.clock.nowMs();
    const config: FunctionUrlConfig = {
      urlId: newUrlId(env.random),
      ...(InvokeMode ? { invokeMode: InvokeMode } : {}),
      ...(cors ? { cors } : {}),
      authType,
      createdMs: nowMs,
      lastModifiedMs: nowMs,
    };
    found.urlConfigs[alias] = config;
    store.save(found);
    return configShape(env, found, alias, config, { isNew: true });
  },
});

const updateFunctionUrlConfig = defineOperation<LambdaContext, UpdateFunctionUrlConfigCommandInput>({
  name: 'UpdateFunctionUrlConfig',
  permission: withAuthType('UpdateFunctionUrlConfig'),
  handle({ env, store }, input) {
    const { name, alias } = holderOf(env, input);
    const { AuthType, InvokeMode, Cors: cors } = input;
    checkCors(cors);
    const found = store.find(name);
    if (!found || (alias !== '' && !own(found.aliases, alias))) throw functionDoesNotExist();
    const before = urlConfigOf(found, alias);
    if (!before) throw resourceDoesNotExist();
    const config: FunctionUrlConfig = {
      ...before,
      ...(AuthType ? { authType: AuthType } : {}),
      ...(InvokeMode ? { invokeMode: InvokeMode } : {}),
      ...(cors ? { cors } : {}),
      lastModifiedMs: env.clock.nowMs(),
    };
    found.urlConfigs[alias] = config;
    store.save(found);
    return configShape(env, found, alias, config, { isUpdate: true });
  },
});

const getFunctionUrlConfig = defineOperation<LambdaContext, GetFunctionUrlConfigCommandInput>({
  name: 'GetFunctionUrlConfig',
  permission: onFunction('GetFunctionUrlConfig'),
  handle({ env, store }, input) {
    const { name, alias } = holderOf(env, input);
    const found = store.find(name);
    const config = urlConfigOf(found, alias);
    if (!found || !config) throw resourceDoesNotExist();
    return configShape(env, found, alias, config);
  },
});

const deleteFunctionUrlConfig = defineOperation<
  LambdaContext,
  DeleteFunctionUrlConfigCommandInput,
  undefined
>({
  name: 'DeleteFunctionUrlConfig',
  permission: onFunction('DeleteFunctionUrlConfig'),
  handle({ env, store }, input) {
    const { name, alias } = holderOf(env, input);
    const found = store.find(name);
    if (!found || !urlConfigOf(found, alias)) throw resourceDoesNotExist();
    delete found.urlConfigs[alias];
    store.save(found);
    return undefined;
  },
});

const listFunctionUrlConfigs = defineOperation<LambdaContext, ListFunctionUrlConfigsCommandInput>({
  name: 'ListFunctionUrlConfigs',
  permission: onFunction('ListFunctionUrlConfigs'),
  handle({ env, store }, input) {
    const { name } = ownFunction(env, { FunctionName: input.FunctionName });
    const found = store.find(name);
    if (!found) throw functionDoesNotExist();
    const configs = Object.entries(found.urlConfigs)
      .filter(([alias]) => urlConfigOf(found, alias))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, next } = page(`urls ${name}`, configs, input, ([alias]) => alias);
    return {
      FunctionUrlConfigs: items.map(([alias, config]) => configShape(env, found, alias, config)),
      NextMarker: next,
    };
  },
});

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*'];

/** @throws AwsError ValidationException, InvalidParameterValueException */
function checkCors({ AllowMethods: methods, AllowOrigins, AllowCredentials }: Cors = {}): void {
  if (methods?.some((method) => !METHODS.includes(method))) {
    // AWS names the model's constraints of the member, whatever is wrong with it.
    const constraint =
      'Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*]';
    throw validationException(violated(`[${methods.join(', ')}]`, 'cors.allowMethods', constraint));
  }
  if (AllowCredentials && AllowOrigins?.includes('*')) {
    throw invalidParameter('AllowCredentials cannot be true when AllowOrigins contains *.');
  }
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 32;

/** A new first label of a host name: 32 letters and digits, as AWS's. */
const newUrlId = (random: Random): string =>
  Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[random.uint32() % ID_CHARACTERS.length]).join('');

/** FunctionUrlConfig. Recorded: Create and Update leave a mode out that was never given, Get and List show it. */
function configShape(
  env: ServiceEnvironment,
  found: LambdaFunction,
  alias: string,
  config: FunctionUrlConfig,
  { isNew = false, isUpdate = false }: { isNew?: boolean; isUpdate?: boolean } = {},
): object {
  const { port } = new URL(env.endpoint());
  return {
    FunctionUrl: `http://${config.urlId}.lambda-url.${env.region}.localhost:${port}/`,
    FunctionArn: functionArn(env, found.name, alias || undefined),
    AuthType: config.authType,
    Cors: config.cors,
    CreationTime: new Date(config.createdMs).toISOString(),
    ...(isNew ? {} : { LastModifiedTime: new Date(config.lastModifiedMs).toISOString() }),
    InvokeMode: config.invokeMode ?? (isNew || isUpdate ? undefined : 'BUFFERED'),
  };
}

export const functionUrlOperations: readonly Operation<LambdaContext>[] = [
  createFunctionUrlConfig,
  deleteFunctionUrlConfig,
  getFunctionUrlConfig,
  listFunctionUrlConfigs,
  updateFunctionUrlConfig,
];
