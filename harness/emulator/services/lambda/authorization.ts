/**
 * The permissions that operations of Lambda need: named as themselves, on the function or layer they name.
 * Invoke is asked for where it is carried out, since Step Functions and notifications come that way too.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
import type { AuthorizedCall, PermissionsPort, ServiceEnvironment } from '../ports.ts';
import { type GuardedInput, textOr } from '../role-guard.ts';
import { invalidParameter } from './errors.ts';
import { functionArn, functionReference } from './function-name.ts';

/** Asked elsewhere, or reached by a link that is its own permission. */
const ASKED_ELSEWHERE = new Set([
  'Invoke',
  'InvokeAsync',
  'InvokeWithResponseStream',
  'GetCodeArchive',
  'GetLayerArchive',
]);
const ON_EVERYTHING = new Set([
  'CreateCodeSigningConfig',
  'GetAccountSettings',
  'ListCodeSigningConfigs',
  'ListFunctions',
  'ListLayers',
]);
/** Operations that hand a role to a function. */
const PASSING_ROLE = new Set(['CreateFunction', 'UpdateFunctionConfiguration']);

/** Operations reached by a link that stands in an answer: it carries no signature. */
export const isLinked = (operation: string): boolean =>
  operation === 'GetCodeArchive' || operation === 'GetLayerArchive';

/** Operations whose body names the function or its role. */
export const lambdaReadsBodyOf = (operation: string): boolean => PASSING_ROLE.has(operation);

export function lambdaCalls(
  env: Pick<ServiceEnvironment, 'region' | 'accountId'>,
  operation: string,
  { parameters, request, body }: GuardedInput,
): AuthorizedCall[] {
  if (ASKED_ELSEWHERE.has(operation)) return [];
  const { FunctionName, LayerName, VersionNumber, Resource, CodeSigningConfigArn } = parameters;
  const functionName =
    FunctionName ?? (operation === 'CreateFunction' ? textOr(body['FunctionName'], '') : '');
  let resource = Resource ?? CodeSigningConfigArn ?? request.query.get('Arn') ?? '*';
  if (functionName !== '') resource = arnOf(env, functionName);
  else if (LayerName !== undefined) {
    const suffix = VersionNumber === undefined ? '' : `:${VersionNumber}`;
    resource = `arn:aws:lambda:${env.region}:${env.accountId}:layer:${LayerName}${suffix}`;
  }
  const action = operation === 'GetLayerVersionByArn' ? 'GetLayerVersion' : operation;
  const calls = [{ action: `lambda:${action}`, resource: ON_EVERYTHING.has(operation) ? '*' : resource }];
  if (PASSING_ROLE.has(operation) && typeof body['Role'] === 'string') {
    const context = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    return [...calls, { action: 'iam:PassRole', resource: body['Role'], context }];
  }
  return calls;
}

/** A name that is none is the operation's to refuse. */
function arnOf(env: Pick<ServiceEnvironment, 'region' | 'accountId'>, name: string): string {
  try {
    return functionArn(env, functionReference(name).name);
  } catch {
    return functionArn(env, name);
  }
}

/** @throws AwsError InvalidParameterValueException when Lambda cannot take the function's role */
export function checkRole(
  permissions: Pick<PermissionsPort, 'refusesTrust'>,
  roleArn: string | undefined,
  functionArn: string,
): void {
  if (roleArn === undefined) return;
  if (!permissions.refusesTrust(roleArn, { service: 'lambda.amazonaws.com', sourceArn: functionArn })) return;
  throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
}
