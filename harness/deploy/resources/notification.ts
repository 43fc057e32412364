import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import {
  type Event,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json } from '../../core/json.ts';
import type { NotificationResource } from '../resource.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** Statement of the permission for a bucket, in each function's policy. */
const statementId = (bucket: string) => `cosmicai-${bucket.replaceAll('.', '-')}`;

/** A bucket's notifications to functions; those to other targets stay as they are. */
export const notification: ResourceDriver<NotificationResource> = {
  async apply(context, planned) {
    const { s3 } = context.clients;
    for (const functionName of functionsOf(planned)) await allowInvocation(context, planned, functionName);
    const present = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: planned.name }));
    const wanted = planned.targets.map(configurationOf);
    const before = present.LambdaFunctionConfigurations ?? [];
    if (comparable(before) === comparable(wanted)) return 'unchanged';
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: planned.name,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: wanted,
          ...(present.QueueConfigurations ? { QueueConfigurations: present.QueueConfigurations } : {}),
          ...(present.TopicConfigurations ? { TopicConfigurations: present.TopicConfigurations } : {}),
          ...(present.EventBridgeConfiguration
            ? { EventBridgeConfiguration: present.EventBridgeConfiguration }
            : {}),
        },
      }),
    );
    return before.length === 0 ? 'created' : 'updated';
  },

  async remove({ clients: { s3, lambda } }, planned) {
    const put = new PutBucketNotificationConfigurationCommand({
      Bucket: planned.name,
      NotificationConfiguration: {},
    });
    const removed = (await unlessNotFound(s3.send(put))) !== undefined;
    for (const FunctionName of functionsOf(planned)) {
      await unlessNotFound(
        lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: statementId(planned.name) })),
      );
    }
    return removed;
  },
};

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

function configurationOf({
  functionArn,
  events,
  prefix,
  suffix,
}: NotificationResource['targets'][number]): LambdaFunctionConfiguration {
  const rules = [
    ...(prefix === undefined ? [] : [{ Name: 'prefix' as const, Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: 'suffix' as const, Value: suffix }]),
  ];
  return {
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
