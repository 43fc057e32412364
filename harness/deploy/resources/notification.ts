import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import {
  type Event,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json } from '../../core/json.ts';
import type { NotificationResource } from '../resource.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** Statement of the permission for a bucket, in each function's policy. */
const statementId = (bucket: string) => `cosmicai-${bucket.replaceAll('.', '-')}`;

/** A bucket's notifications to the functions of this deployment; those of others stay as they are. */
export const notification: ResourceDriver<NotificationResource> = {
  async apply(context, planned) {
    for (const functionName of functionsOf(planned)) await allowInvocation(context, planned, functionName);
    const { own, others, rest } = await present(context, planned);
    const wanted = planned.targets.map((target, index) => configurationOf(context.prefix, target, index));
    if (comparable(own) === comparable(wanted)) return 'unchanged';
    await put(context, planned.name, { ...rest, LambdaFunctionConfigurations: [...others, ...wanted] });
    return own.length === 0 ? 'created' : 'updated';
  },

  async remove(context, planned) {
    const found = await unlessNotFound(present(context, planned));
    if (found && found.own.length > 0)
      await put(context, planned.name, { ...found.rest, LambdaFunctionConfigurations: found.others });
    for (const FunctionName of functionsOf(planned)) {
      await unlessNotFound(
        context.clients.lambda.send(
          new RemovePermissionCommand({ FunctionName, StatementId: statementId(planned.name) }),
        ),
      );
    }
    return found !== undefined;
  },
};

/** The bucket's configurations: this deployment's functions, other functions, and other kinds of targets. */
async function present({ clients: { s3 }, prefix }: DeployContext, { name, targets }: NotificationResource) {
  const answer = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: name }));
  const { LambdaFunctionConfigurations: all = [], $metadata: _, ...rest } = answer;
  const functions = new Set(targets.map(({ functionArn }) => unqualified(functionArn)));
  const isOwn = ({ Id = '', LambdaFunctionArn = '' }: LambdaFunctionConfiguration) =>
    (Id.startsWith(`${prefix}-`) && /^\d+$/.test(Id.slice(prefix.length + 1))) ||
    functions.has(unqualified(LambdaFunctionArn));
  return { own: all.filter(isOwn), others: all.filter((one) => !isOwn(one)), rest };
}

/** The ARN of a function without version or alias. */
const unqualified = (arn: string) => arn.split(':').slice(0, 7).join(':');

const put = (
  { clients: { s3 } }: DeployContext,
  Bucket: string,
  NotificationConfiguration: NotificationConfiguration,
) => s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));

const functionsOf = ({ targets }: NotificationResource) => [
  ...new Set(targets.map(({ functionName }) => functionName)),
];

async function allowInvocation(
  { clients: { lambda } }: Pick<DeployContext, 'clients'>,
  { name, accountId }: NotificationResource,
  FunctionName: string,
): Promise<void> {
  const add = new AddPermissionCommand({
    FunctionName,
    StatementId: statementId(name),
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: `arn:aws:s3:::${name}`,
    SourceAccount: accountId,
  });
  await lambda.send(add).catch((error: Error) => {
    // It is there from an earlier deployment.
    if (error.name !== 'ResourceConflictException') throw error;
  });
}

function configurationOf(
  deployment: string,
  { functionArn, events, prefix, suffix }: NotificationResource['targets'][number],
  index: number,
): LambdaFunctionConfiguration {
  const rules = [
    ...(prefix === undefined ? [] : [{ Name: 'prefix' as const, Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: 'suffix' as const, Value: suffix }]),
  ];
  return {
    Id: `${deployment}-${index + 1}`,
    LambdaFunctionArn: functionArn,
    Events: [...events] as Event[],
    ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
  };
}

/** Without what S3 adds: ids, and its own spelling of filters. */
function comparable(configurations: readonly LambdaFunctionConfiguration[]): string {
  const plain = configurations.map(({ LambdaFunctionArn, Events, Filter }) => ({
    arn: LambdaFunctionArn ?? '',
    events: [...(Events ?? [])].sort(),
    rules: (Filter?.Key?.FilterRules ?? [])
      .map(({ Name, Value }) => `${String(Name).toLowerCase()}=${Value}`)
      .sort(),
  }));
  return canonicalJson(plain.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) as Json);
}
