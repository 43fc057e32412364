/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_S3.html */
import type { Json, JsonObject } from '../../../core/json.ts';
import type { ProjectDraft } from '../import/project-draft.ts';
import { arnToken, hasTokens, nameToken, REGION } from '../tokens.ts';
import { isGroup, textOf } from '../value.ts';
import type { ResourceType } from './resource-type.ts';

const name = (id: string) => nameToken('bucket', id);

const bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  kind: 'bucket',
  ref: name,
  attributes: {
    Arn: (id) => arnToken('bucket', id),
    DomainName: (id) => `${name(id)}.s3.amazonaws.com`,
    DualStackDomainName: (id) => `${name(id)}.s3.dualstack.${REGION}.amazonaws.com`,
    RegionalDomainName: (id) => `${name(id)}.s3.${REGION}.amazonaws.com`,
    WebsiteURL: (id) => `http://${name(id)}.s3-website-${REGION}.amazonaws.com`,
  },
  projectName({ logicalId, properties }, { stackName }) {
    const given = textOf(properties['BucketName'] ?? '') ?? '';
    if (given !== '' && !hasTokens(given)) return given;
    // A name of its own, as CloudFormation would make one: lower-case, and of this stack.
    const own = logicalId.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
    return `${stackName}-${own}`.slice(0, 63).replace(/-$/, '');
  },
  add({ logicalId, properties }, draft) {
    const versioning = properties['VersioningConfiguration'];
    const notifications = notificationsOf(logicalId, properties['NotificationConfiguration'], draft);
    draft.buckets[draft.nameOf('bucket', logicalId)!] = {
      ...(isGroup(versioning) && versioning['Status'] === 'Enabled' ? { versioning: true } : {}),
      ...(notifications.length === 0 ? {} : { notifications }),
    };
  },
};

/** Of functions; what goes to queues, topics and EventBridge is not served and noted. */
function notificationsOf(
  logicalId: string,
  configuration: Json | undefined,
  draft: ProjectDraft,
): JsonObject[] {
  if (!isGroup(configuration)) return [];
  const other = Object.keys(configuration).filter(
    (key) => !/^Lambda(?:Function)?Configurations$/.test(key) && JSON.stringify(configuration[key]) !== '[]',
  );
  if (other.length > 0)
    draft.notes.push(
      `${logicalId}: ${other.join(' and ')} of its notifications lead to services that are not served`,
    );
  const lambda = configuration['LambdaConfigurations'] ?? configuration['LambdaFunctionConfigurations'];
  return (Array.isArray(lambda) ? lambda : []).flatMap((one): JsonObject[] => {
    if (!isGroup(one)) return [];
    const target = draft.resourceIn('function', one['Function'] ?? one['LambdaFunctionArn']);
    if (target === undefined) {
      draft.notes.push(`${logicalId}: a notification invokes a function that is not served and is left out`);
      return [];
    }
    const rules = rulesOf(one['Filter']);
    return [
      { function: target, events: [one['Event'] ?? one['Events'] ?? 's3:ObjectCreated:*'].flat(), ...rules },
    ];
  });
}

function rulesOf(filter: Json | undefined): JsonObject {
  const key = isGroup(filter) ? (filter['S3Key'] ?? filter['Key']) : undefined;
  const rules = isGroup(key) ? (key['Rules'] ?? key['FilterRules']) : undefined;
  return Object.fromEntries(
    (Array.isArray(rules) ? rules : []).flatMap((rule): [string, Json][] =>
      isGroup(rule) ? [[String(rule['Name']).toLowerCase(), rule['Value']!]] : [],
    ),
  );
}

/** What the CDK makes of notifications: a custom resource with S3's own request. */
const bucketNotifications: ResourceType = {
  type: 'Custom::S3BucketNotifications',
  ref: (id) => id,
  attributes: {},
  add({ logicalId, properties }, draft) {
    const target = draft.resourceIn('bucket', properties['BucketName']);
    if (target === undefined) {
      draft.notes.push(`${logicalId}: its bucket is not part of the template`);
      return;
    }
    const added = notificationsOf(logicalId, properties['NotificationConfiguration'], draft);
    const present = draft.buckets[target] ?? {};
    const before = Array.isArray(present['notifications']) ? present['notifications'] : [];
    if (added.length > 0) draft.buckets[target] = { ...present, notifications: [...before, ...added] };
  },
};

export const s3Types: readonly ResourceType[] = [bucket, bucketNotifications];
