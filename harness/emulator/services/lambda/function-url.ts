/** Function URLs: their configuration as requests give it and as answers show it. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import type { ServiceEnvironment } from '../ports.ts';
import type { LambdaInput } from './context.ts';
import { invalidParameter, resourceNotFound, validation } from './errors.ts';
import { functionArn, isAliasName, reachable } from './function-name.ts';
import { integer, oneOf, text, textList } from './parameters.ts';
import type { FunctionUrlConfig, FunctionUrlCors, LambdaFunction } from './store/entities.ts';

/** What AWS says of a function or alias that is not there, in these operations alone. */
export const functionDoesNotExist = () => resourceNotFound('Function does not exist');

/**
 * The function and alias (the empty text for none) of a request. Versions have no URL.
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function urlHolder(env: ServiceEnvironment, input: LambdaInput): { name: string; alias: string } {
  const qualifier = input.query.get('Qualifier');
  if (qualifier !== null && !isAliasName(qualifier)) {
    throw validation(
      qualifier,
      'qualifier',
      'Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)',
    );
  }
  const reference = reachable(env, input.reference());
  return { name: reference.name, alias: reference.qualifier ?? '' };
}

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*'];
const MAX_AGE_SECONDS = 86_400;

/** The members that are present. @throws AwsError ValidationException */
export function parseUrlConfig(
  body: JsonObject,
): Partial<Pick<FunctionUrlConfig, 'authType' | 'invokeMode' | 'cors'>> {
  const authType = oneOf(text(body, 'AuthType'), 'authType', ['AWS_IAM', 'NONE']);
  const invokeMode = oneOf(text(body, 'InvokeMode'), 'invokeMode', ['RESPONSE_STREAM', 'BUFFERED']);
  const cors = body['Cors'];
  return {
    ...(authType === undefined ? {} : { authType }),
    ...(invokeMode === undefined ? {} : { invokeMode }),
    ...(isJsonObject(cors) ? { cors: parseCors(cors as JsonObject) } : {}),
  };
}

function parseCors(cors: JsonObject): FunctionUrlCors {
  const methods = textList(cors['AllowMethods'], 'cors.allowMethods');
  if (methods?.some((method) => !METHODS.includes(method))) {
    throw validation(
      `[${methods.join(', ')}]`,
      'cors.allowMethods',
      'Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*]',
    );
  }
  const origins = textList(cors['AllowOrigins'], 'cors.allowOrigins');
  const credentials = cors['AllowCredentials'];
  if (credentials === true && origins?.includes('*')) {
    throw invalidParameter('AllowCredentials cannot be true when AllowOrigins contains *.');
  }
  const headers = textList(cors['AllowHeaders'], 'cors.allowHeaders');
  const exposed = textList(cors['ExposeHeaders'], 'cors.exposeHeaders');
  const maxAge = integer(cors, 'MaxAge', { min: 0, max: MAX_AGE_SECONDS });
  return {
    ...(typeof credentials === 'boolean' ? { AllowCredentials: credentials } : {}),
    ...(headers === undefined ? {} : { AllowHeaders: headers }),
    ...(methods === undefined ? {} : { AllowMethods: methods }),
    ...(origins === undefined ? {} : { AllowOrigins: origins }),
    ...(exposed === undefined ? {} : { ExposeHeaders: exposed }),
    ...(maxAge === undefined ? {} : { MaxAge: maxAge }),
  };
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 32;

/** A new first label of a host name: 32 letters and digits, as AWS's. */
export const newUrlId = (random: Random): string =>
  Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[random.uint32() % ID_CHARACTERS.length]).join('');

/** `http://<id>.lambda-url.us-east-1.localhost:4566/`, on the emulator's own listener. */
function functionUrl(env: ServiceEnvironment, urlId: string): string {
  const { port } = new URL(env.endpoint());
  return `http://${urlId}.lambda-url.${env.region}.localhost:${port}/`;
}

/** FunctionUrlConfig; `InvokeMode` where AWS shows it: in Get and List, else only when it was given. */
export function urlConfigShape(
  env: ServiceEnvironment,
  found: LambdaFunction,
  alias: string,
  options: { created?: boolean; withMode: boolean },
): object {
  const config = found.urlConfigs[alias]!;
  return {
    FunctionUrl: functionUrl(env, config.urlId),
    FunctionArn: functionArn(env, found.name, alias === '' ? undefined : alias),
    AuthType: config.authType,
    Cors: config.cors,
    CreationTime: new Date(config.createdMs).toISOString(),
    ...(options.created ? {} : { LastModifiedTime: new Date(config.lastModifiedMs).toISOString() }),
    ...(options.withMode ? { InvokeMode: config.invokeMode } : {}),
  };
}
