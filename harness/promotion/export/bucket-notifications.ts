/**
 * Notifications of buckets that exist before the stack. CloudFormation sets them only on buckets that it creates
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ways-to-add-notification-config-to-bucket.html), so a custom
 * resource does it, as in CDK: it replaces the stack's own configurations and leaves those of others.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { NotificationResource } from '../../deploy/resource.ts';

const HANDLER = 'BucketNotificationsFunction';
const ROLE = 'BucketNotificationsRole';

/**
 * Code of the custom resource's function. The runtime brings the SDK. At most 4,096 characters
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html).
 */
export const NOTIFICATIONS_HANDLER = `const {
  S3Client, GetBucketNotificationConfigurationCommand, PutBucketNotificationConfigurationCommand,
} = require('@aws-sdk/client-s3');
const s3 = new S3Client({});
exports.handler = async (event, context) => {
  const { Bucket, IdPrefix, Configurations } = event.ResourceProperties;
  const PhysicalResourceId = IdPrefix + Bucket;
  let answer = { Status: 'SUCCESS' };
  try {
    const { $metadata, ...all } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const others = (all.LambdaFunctionConfigurations ?? []).filter(({ Id }) => !Id.startsWith(IdPrefix));
    const own = event.RequestType === 'Delete' ? [] : Configurations.map((one, index) => ({ Id: IdPrefix + index, ...one }));
    await s3.send(new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { ...all, LambdaFunctionConfigurations: [...others, ...own] },
    }));
  } catch (error) {
    const isGone = event.RequestType === 'Delete' && error.name === 'NoSuchBucket';
    if (!isGone) answer = { Status: 'FAILED', Reason: error.name + ': ' + error.message };
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  await fetch(event.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({ ...answer, PhysicalResourceId, StackId, RequestId, LogicalResourceId }),
  });
};
`;

/** What the template language names differently from one blueprint to another. */
interface Names {
  /** Logical name that belongs to a bucket. */
  bucketId(bucket: string): string;
  /** A reference to the version of a function, by its deployed name; `Ref` of it is its ARN. */
  versionOf(functionName: string): Json;
  /** Logical names of the permissions that let the bucket invoke its targets. */
  permissionsOf(notification: NotificationResource): string[];
}

/** Resources that set the notifications; none for a project without any. */
export function notificationResources(
  notifications: readonly NotificationResource[],
  idPrefix: string,
  { bucketId, versionOf, permissionsOf }: Names,
): JsonObject {
  if (notifications.length === 0) return {};
  const configured = notifications.map((notification): [string, JsonObject] => [
    `${bucketId(notification.name)}Notifications`,
    {
      Type: 'Custom::S3BucketNotifications',
      // S3 checks that it may invoke the functions.
      DependsOn: permissionsOf(notification),
      Properties: {
        ServiceToken: { 'Fn::GetAtt': [HANDLER, 'Arn'] },
        Bucket: notification.name,
        IdPrefix: idPrefix,
        Configurations: notification.targets.map(({ functionName, events, prefix, suffix }) => {
          const rules = [
            ...(prefix === undefined ? [] : [{ Name: 'prefix', Value: prefix }]),
            ...(suffix === undefined ? [] : [{ Name: 'suffix', Value: suffix }]),
          ];
          return {
            LambdaFunctionArn: versionOf(functionName),
            Events: [...events],
            ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
          };
        }),
      },
    },
  ]);
  return {
    [ROLE]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        ManagedPolicyArns: [
          {
            'Fn::Sub': `arn:${reference('AWS::Partition')}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`,
          },
        ],
        Policies: [
          {
            PolicyName: 'bucket-notifications',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
                  Resource: notifications.map(({ name }) => ({
                    'Fn::Sub': `arn:${reference('AWS::Partition')}:s3:::${name}`,
                  })),
                },
              ],
            },
          },
        ],
      },
    },
    [HANDLER]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Description: 'Sets notifications of buckets that exist before the stack',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 60,
        Role: { 'Fn::GetAtt': [ROLE, 'Arn'] },
        Code: { ZipFile: NOTIFICATIONS_HANDLER },
      },
    },
    ...Object.fromEntries(configured),
  };
}

const reference = (name: string) => ['$', `{${name}}`].join('');
