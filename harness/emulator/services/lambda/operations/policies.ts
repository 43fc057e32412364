/**
 * Resource policies of functions, versions, aliases and layer versions. A change of a function's policy is a change of
 * what it is attached to: its revision is the revision of the function, version or alias.
 */
import type {
  AddLayerVersionPermissionCommandInput,
  AddPermissionCommandInput,
  GetLayerVersionPolicyCommandInput,
  GetPolicyCommandInput,
  RemoveLayerVersionPermissionCommandInput,
  RemovePermissionCommandInput,
} from '@aws-sdk/client-lambda';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { LambdaContext } from '../context.ts';
import {
  functionNotFound,
  invalidParameter,
  preconditionFailed,
  resourceConflict,
  resourceDoesNotExist,
  resourceNotFound,
} from '../errors.ts';
import { type FunctionReference, functionArn, isAliasName, ownFunction } from '../function-name.ts';
import { functionResource, onFunction, onLayer, policyText } from '../permissions.ts';
import {
  type FunctionAlias,
  type FunctionVersion,
  type LambdaFunction,
  own,
  type PolicyStatement,
} from '../store/entities.ts';
import { existingLayerVersion } from './layers.ts';

const noPolicy = () => resourceNotFound('No policy is associated with the given resource.');
const noStatement = (sid: string) => resourceNotFound(`Statement ${sid} is not found in resource policy.`);
const statementExists = (sid: string) =>
  resourceConflict(
    `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  );

/** What a policy is attached to. @throws AwsError ResourceNotFoundException */
function holderOf(
  { env, store }: LambdaContext,
  found: LambdaFunction,
  { qualifier }: FunctionReference,
): FunctionVersion | FunctionAlias {
  if (qualifier === undefined) return found.latest;
  if (isAliasName(qualifier)) return store.alias(found, qualifier);
  const version = found.published.find((candidate) => candidate.version === qualifier);
  if (!version) throw functionNotFound(functionArn(env, found.name, qualifier));
  return version;
}

const addPermission = defineOperation<LambdaContext, AddPermissionCommandInput>({
  name: 'AddPermission',
  permission: ({ FunctionName, Principal, FunctionUrlAuthType }, { env }) => [
    {
      action: 'lambda:AddPermission',
      resource: functionResource(env, { FunctionName }),
      context: { 'lambda:Principal': Principal, 'lambda:FunctionUrlAuthType': FunctionUrlAuthType },
    },
  ],
  handle(context, input) {
    const { env, store, control } = context;
    const { StatementId: sid = '' } = input;
    const reference = ownFunction(env, input);
    const found = store.get({ name: reference.name });
    if (reference.qualifier === '$LATEST')
      throw invalidParameter('We currently do not support adding policies for $LATEST.');
    const statement = statementOf(input, functionArn(env, found.name, reference.qualifier));
    const holder = holderOf(context, found, reference);
    const qualifier = reference.qualifier ?? '';
    const statements = own(found.policies, qualifier) ?? [];
    control.checkRevision(holder.revisionId, input.RevisionId);
    if (statements.some((one) => one.Sid === sid)) throw statementExists(sid);
    found.policies[qualifier] = [...statements, statement];
    holder.revisionId = uuid(env.random);
    store.save(found);
    return { Statement: JSON.stringify(statement) };
  },
});

const getPolicy = defineOperation<LambdaContext, GetPolicyCommandInput>({
  name: 'GetPolicy',
  permission: onFunction('GetPolicy'),
  handle({ env, store }, input) {
    const { name, qualifier } = ownFunction(env, input);
    const found = store.get({ name });
    const statements = own(found.policies, qualifier ?? '');
    if (!statements || statements.length === 0) throw resourceDoesNotExist();
    const holder =
      qualifier === undefined
        ? found.latest
        : (own(found.aliases, qualifier) ?? found.published.find(({ version }) => version === qualifier));
    if (!holder) throw resourceDoesNotExist();
    return { Policy: policyText(statements), RevisionId: holder.revisionId };
  },
});

const removePermission = defineOperation<LambdaContext, RemovePermissionCommandInput, undefined>({
  name: 'RemovePermission',
  permission: onFunction('RemovePermission'),
  handle(context, input) {
    const { env, store, control } = context;
    const reference = ownFunction(env, input);
    const found = store.find(reference.name);
    if (!found) {
      throw resourceNotFound(`No policy found for: ${functionArn(env, reference.name, reference.qualifier)}`);
    }
    const holder = holderOf(context, found, reference);
    const qualifier = reference.qualifier ?? '';
    const statements = own(found.policies, qualifier);
    if (!statements || statements.length === 0) throw noPolicy();
    const { StatementId: sid = '' } = input;
    const kept = statements.filter((statement) => statement.Sid !== sid);
    if (kept.length === statements.length) throw noStatement(sid);
    control.checkRevision(holder.revisionId, input.RevisionId);
    found.policies[qualifier] = kept;
    holder.revisionId = uuid(env.random);
    store.save(found);
    return undefined;
  },
});

function statementOf(input: AddPermissionCommandInput, resource: string): PolicyStatement {
  const equals = Object.entries({
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:EventSourceToken': input.EventSourceToken,
    'AWS:SourceAccount': input.SourceAccount,
  }).filter(([, value]) => value !== undefined);
  const { InvokedViaFunctionUrl: viaUrl, SourceArn: sourceArn } = input;
  const condition = {
    ...(equals.length > 0 ? { StringEquals: Object.fromEntries(equals) } : {}),
    ...(viaUrl === undefined ? {} : { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: input.StatementId!,
    Effect: 'Allow',
    Principal: principalOf(input.Principal!),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}

/** A service, everyone, a principal's ARN, or an account, which stands for its root. */
function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)$/.test(principal)) return { Service: principal };
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[\w-]*:(?:iam|sts)::\d{12}:/.test(principal)) return { AWS: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
const addLayerVersionPermission = defineOperation<LambdaContext, AddLayerVersionPermissionCommandInput>({
  name: 'AddLayerVersionPermission',
  permission: onLayer('AddLayerVersionPermission'),
  handle({ env, layers }, input) {
    const { StatementId: sid = '', Principal: principal = '', OrganizationId: organization } = input;
    const { layer, version } = existingLayerVersion(layers, input);
    const before = version.policy;
    if (before?.statements.some((one) => one.Sid === sid)) throw statementExists(sid);
    if (input.RevisionId !== undefined && input.RevisionId !== before?.revisionId)
      throw preconditionFailed('GetLayerPolicy');
    if (organization !== undefined && principal !== '*') {
      throw invalidParameter('OrganizationId can only be given with the principal *.');
    }
    const statement = {
      Sid: sid,
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : { AWS: principal.replace(/^\d+$/, 'arn:aws:iam::$&:root') },
      Action: input.Action,
      Resource: `${layers.arnOf(layer)}:${version.version}`,
      ...(organization === undefined
        ? {}
        : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
    };
    version.policy = {
      revisionId: uuid(env.random),
      statements: [...(before?.statements ?? []), statement],
    };
    layers.save(layer);
    return { Statement: JSON.stringify(statement), RevisionId: version.policy.revisionId };
  },
});

const getLayerVersionPolicy = defineOperation<LambdaContext, GetLayerVersionPolicyCommandInput>({
  name: 'GetLayerVersionPolicy',
  permission: onLayer('GetLayerVersionPolicy'),
  handle({ layers }, input) {
    const { policy } = existingLayerVersion(layers, input).version;
    if (!policy || policy.statements.length === 0) throw noPolicy();
    return { Policy: policyText(policy.statements), RevisionId: policy.revisionId };
  },
});

const removeLayerVersionPermission = defineOperation<
  LambdaContext,
  RemoveLayerVersionPermissionCommandInput,
  undefined
>({
  name: 'RemoveLayerVersionPermission',
  permission: onLayer('RemoveLayerVersionPermission'),
  handle({ env, layers }, input) {
    const { layer, version } = existingLayerVersion(layers, input);
    const { StatementId: sid = '', RevisionId } = input;
    const statements = version.policy?.statements ?? [];
    if (RevisionId !== undefined && RevisionId !== version.policy?.revisionId) {
      throw preconditionFailed('GetLayerPolicy');
    }
    const kept = statements.filter((statement) => statement.Sid !== sid);
    if (kept.length === statements.length) throw noStatement(sid);
    version.policy = { revisionId: uuid(env.random), statements: kept };
    layers.save(layer);
    return undefined;
  },
});

export const policyOperations: readonly Operation<LambdaContext>[] = [
  addLayerVersionPermission,
  addPermission,
  getLayerVersionPolicy,
  getPolicy,
  removeLayerVersionPermission,
  removePermission,
];
