/**
 * The permissions of Lambda's operations: the action of the operation's name on the function, layer or configuration
 * that the input names.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
import type { AuthorizedCall, Permission } from '../../http/permission.ts';
import type { PermissionsPort } from '../ports.ts';
import { invalidParameter } from './errors.ts';
import {
  type FunctionPlace,
  functionArn,
  layerArn,
  type NamedFunction,
  parseFunctionName,
} from './function-name.ts';
import type { PolicyStatement } from './store/entities.ts';

const SERVICE = 'lambda.amazonaws.com';

/** What permissions need of a service's context. */
interface Located {
  env: FunctionPlace;
}

/** ARN of the function that an input names; a text that names none stands for itself. */
export function functionResource(
  place: FunctionPlace,
  { FunctionName: text = '*', Qualifier }: NamedFunction,
): string {
  const reference = parseFunctionName(text);
  if (!reference) return functionArn(place, text, Qualifier);
  const { region = place.region, accountId = place.accountId, name, qualifier } = reference;
  return functionArn({ region, accountId }, name, Qualifier ?? qualifier);
}

/** An action on the function that is named, whichever version or alias of it. */
export const onFunction =
  (action: string, context?: AuthorizedCall['context']): Permission<Located, NamedFunction> =>
  ({ FunctionName }, { env }) => [
    {
      action: `lambda:${action}`,
      resource: functionResource(env, { FunctionName: FunctionName && withoutQualifier(FunctionName) }),
      ...(context ? { context } : {}),
    },
  ];

function withoutQualifier(text: string): string {
  const qualifier = parseFunctionName(text)?.qualifier;
  return qualifier === undefined ? text : text.slice(0, -qualifier.length - 1);
}

/** The permission to invoke, on the version or alias that is named. */
export const invokeCalls = (place: FunctionPlace, named: NamedFunction): AuthorizedCall[] => [
  { action: 'lambda:InvokeFunction', resource: functionResource(place, named) },
];

/** An action that concerns no resource. */
export const onEverything = (action: string) => (): AuthorizedCall[] => [
  { action: `lambda:${action}`, resource: '*' },
];

interface NamedLayer {
  LayerName?: string | undefined;
  VersionNumber?: number | undefined;
}

/** An action on a layer, or on one version of it. */
export const onLayer =
  (action: string): Permission<Located, NamedLayer> =>
  ({ LayerName = '*', VersionNumber }, { env }) => [
    {
      action: `lambda:${action}`,
      resource: `${layerArn(env, LayerName)}${VersionNumber === undefined ? '' : `:${VersionNumber}`}`,
    },
  ];

/** An action on the code signing configuration of an ARN. */
export const onCodeSigningConfig =
  (action: string): Permission<Located, { CodeSigningConfigArn?: string | undefined }> =>
  ({ CodeSigningConfigArn = '*' }) => [{ action: `lambda:${action}`, resource: CodeSigningConfigArn }];

/** The use of layers by a function. */
export const useOfLayers = (arns: readonly string[] | undefined): AuthorizedCall[] =>
  (arns ?? []).map((resource) => ({ action: 'lambda:GetLayerVersion', resource }));

/** @throws AwsError InvalidParameterValueException when Lambda cannot take the function's role */
export function checkRole(
  permissions: Pick<PermissionsPort, 'refusesTrust'>,
  roleArn: string | undefined,
  sourceArn: string,
): void {
  if (roleArn === undefined) return;
  if (!permissions.refusesTrust(roleArn, { service: SERVICE, sourceArn })) return;
  throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
}

/** The policy of a function or layer, as JSON text. */
export const policyText = (statements: readonly PolicyStatement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
