/** The table of bucket configurations: one row per kind, with AWS's answer for a bucket that has none. */

import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { parseXml, type XmlNode, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { isPublicPolicy } from '../../iam/policy/resource-policy.ts';
import { blocksPublic } from '../bucket-guard.ts';
import {
  crossLocationLogging,
  invalidArgument,
  invalidBucketState,
  invalidRequest,
  invalidTargetBucket,
  malformedXml,
  noSuchConfiguration,
} from '../errors.ts';
import { s3Response } from '../objects/list-parameters.ts';
import { hasLock } from '../objects/object-lock.ts';
import {
  checkTags,
  MAX_BUCKET_TAGS,
  MAX_TAGGING_BYTES,
  parseTagging,
  renderTagging,
} from '../objects/tags.ts';
import type { Tag } from '../store/records.ts';
import { bucketPolicyText, checkBucketPolicy } from './bucket-policy.ts';
import { type ConfigurationCall, type ConfigurationKind, documentKind } from './kind.ts';
import { checkLifecycle } from './lifecycle.ts';
import { completeNotifications } from './notification.ts';
import { checkReplication, parseRules } from './replication.ts';
import { checkWebsite } from './website.ts';

const CORS_METHODS = /^(?:GET|PUT|HEAD|POST|DELETE)$/;

const CORS = documentKind({
  subresource: 'cors',
  get: ['GetBucketCors', 'GetBucketCORS'],
  put: ['PutBucketCors', 'PutBucketCORS'],
  delete: ['DeleteBucketCors', 'PutBucketCORS'],
  root: 'CORSConfiguration',
  absent: { code: 'NoSuchCORSConfiguration', message: 'The CORS configuration does not exist' },
  check(document) {
    const rules = xmlElements(document, 'CORSRule');
    if (rules.length === 0 || rules.length > 100) throw malformedXml();
    for (const rule of rules) {
      if (
        xmlElements(rule, 'AllowedMethod').length === 0 ||
        xmlElements(rule, 'AllowedOrigin').length === 0
      ) {
        throw malformedXml();
      }
      for (const method of xmlElements(rule, 'AllowedMethod')) {
        if (typeof method === 'string' && CORS_METHODS.test(method.trim())) continue;
        throw invalidRequest(
          `Found unsupported HTTP method in CORS config. Unsupported method is ${typeof method === 'string' ? method.trim() : ''}`,
        );
      }
    }
  },
});

/** Rules without an id get one. */
const withRuleIds = (document: XmlNode, { context: { env } }: ConfigurationCall): object => ({
  ...(document as object),
  Rule: xmlElements(document, 'Rule').map((rule) =>
    xmlText(rule, 'ID')?.trim()
      ? rule
      : { ...(rule as object), ID: Buffer.from(uuid(env.random)).toString('base64') },
  ),
});

const LIFECYCLE = documentKind({
  subresource: 'lifecycle',
  get: ['GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration'],
  put: ['PutBucketLifecycleConfiguration', 'PutLifecycleConfiguration'],
  delete: ['DeleteBucketLifecycle', 'PutLifecycleConfiguration'],
  root: 'LifecycleConfiguration',
  absent: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
  check: checkLifecycle,
  complete: withRuleIds,
  headers: (given) => {
    const header = 'x-amz-transition-default-minimum-object-size';
    const value = given[header] ?? 'all_storage_classes_128K';
    if (value !== 'all_storage_classes_128K' && value !== 'varies_by_storage_class')
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${value}`);
    return { [header]: value };
  },
});

const ENCRYPTION = documentKind({
  subresource: 'encryption',
  get: ['GetBucketEncryption', 'GetEncryptionConfiguration'],
  put: ['PutBucketEncryption', 'PutEncryptionConfiguration'],
  delete: ['DeleteBucketEncryption', 'PutEncryptionConfiguration'],
  root: 'ServerSideEncryptionConfiguration',
  absent: {
    members: {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    },
  },
  check(document) {
    const rules = xmlElements(document, 'Rule');
    if (rules.length !== 1) throw malformedXml();
    const byDefault = xmlElement(rules[0], 'ApplyServerSideEncryptionByDefault');
    if (byDefault === undefined) return;
    const algorithm = xmlText(byDefault, 'SSEAlgorithm')?.trim();
    if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse')
      throw malformedXml();
    if (algorithm === 'AES256' && xmlText(byDefault, 'KMSMasterKeyID')) {
      throw invalidArgument(
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        'ApplyServerSideEncryptionByDefault',
      );
    }
  },
});

const NOTIFICATION = documentKind({
  subresource: 'notification',
  get: ['GetBucketNotificationConfiguration', 'GetBucketNotification'],
  put: ['PutBucketNotificationConfiguration', 'PutBucketNotification'],
  root: 'NotificationConfiguration',
  absent: { members: {} },
  maxBodyBytes: 256 * 1024,
  complete: completeNotifications,
});

const OWNERSHIP = documentKind({
  subresource: 'ownershipControls',
  get: ['GetBucketOwnershipControls', 'GetBucketOwnershipControls'],
  put: ['PutBucketOwnershipControls', 'PutBucketOwnershipControls'],
  delete: ['DeleteBucketOwnershipControls', 'PutBucketOwnershipControls'],
  root: 'OwnershipControls',
  absent: { members: { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } } },
  deleted: {
    code: 'OwnershipControlsNotFoundError',
    message: 'The bucket ownership controls were not found',
  },
  check(document) {
    const rules = xmlElements(document, 'Rule');
    if (rules.length !== 1) throw malformedXml();
    const rule = rules[0];
    const value = xmlText(rule, 'ObjectOwnership')?.trim() ?? '';
    if (!/^(?:BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/.test(value)) throw malformedXml();
  },
});

const PUBLIC_ACCESS = documentKind({
  subresource: 'publicAccessBlock',
  get: ['GetPublicAccessBlock', 'GetBucketPublicAccessBlock'],
  put: ['PutPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  delete: ['DeletePublicAccessBlock', 'PutBucketPublicAccessBlock'],
  root: 'PublicAccessBlockConfiguration',
  // New buckets block all public access since April 2023.
  absent: {
    members: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  },
  deleted: {
    code: 'NoSuchPublicAccessBlockConfiguration',
    message: 'The public access block configuration was not found',
  },
  // What is not said is off.
  complete(document) {
    const settings = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    return Object.fromEntries(settings.map((name) => [name, xmlText(document, name)?.trim() ?? 'false']));
  },
});

const WEBSITE = documentKind({
  subresource: 'website',
  get: ['GetBucketWebsite', 'GetBucketWebsite'],
  put: ['PutBucketWebsite', 'PutBucketWebsite'],
  delete: ['DeleteBucketWebsite', 'DeleteBucketWebsite'],
  root: 'WebsiteConfiguration',
  absent: {
    code: 'NoSuchWebsiteConfiguration',
    message: 'The specified bucket does not have a website configuration',
  },
  check: checkWebsite,
});

const REPLICATION = documentKind({
  subresource: 'replication',
  get: ['GetBucketReplication', 'GetReplicationConfiguration'],
  put: ['PutBucketReplication', 'PutReplicationConfiguration'],
  delete: ['DeleteBucketReplication', 'PutReplicationConfiguration'],
  root: 'ReplicationConfiguration',
  absent: {
    code: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
  },
  check(document, { bucket, context }) {
    parseRules(document);
    if (bucket.versioning !== 'Enabled')
      throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    checkReplication(document, context.buckets);
  },
  complete: withRuleIds,
});

const LOGGING = documentKind({
  subresource: 'logging',
  get: ['GetBucketLogging', 'GetBucketLogging'],
  put: ['PutBucketLogging', 'PutBucketLogging'],
  root: 'BucketLoggingStatus',
  absent: { members: {} },
  check(document, { bucket, context: { buckets } }) {
    const target = xmlText(xmlElement(document, 'LoggingEnabled'), 'TargetBucket')?.trim();
    if (target === undefined) return;
    if (!buckets.has(target)) throw invalidTargetBucket(target);
    const { region } = buckets.get(target);
    if (region !== bucket.region) throw crossLocationLogging(bucket.region, region);
  },
});

const ACCELERATE = documentKind({
  subresource: 'accelerate',
  get: ['GetBucketAccelerateConfiguration', 'GetAccelerateConfiguration'],
  put: ['PutBucketAccelerateConfiguration', 'PutAccelerateConfiguration'],
  root: 'AccelerateConfiguration',
  absent: { members: {} },
  check(document, { bucket }) {
    if (!/^(?:Enabled|Suspended)$/.test(xmlText(document, 'Status')?.trim() ?? '')) throw malformedXml();
    if (!bucket.name.includes('.')) return;
    throw invalidRequest(
      'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
    );
  },
});

const REQUEST_PAYMENT = documentKind({
  subresource: 'requestPayment',
  get: ['GetBucketRequestPayment', 'GetBucketRequestPayment'],
  put: ['PutBucketRequestPayment', 'PutBucketRequestPayment'],
  root: 'RequestPaymentConfiguration',
  absent: { members: { Payer: 'BucketOwner' } },
  check(document) {
    if (!/^(?:BucketOwner|Requester)$/.test(xmlText(document, 'Payer')?.trim() ?? '')) throw malformedXml();
  },
});

const OBJECT_LOCK = documentKind({
  subresource: 'object-lock',
  get: ['GetObjectLockConfiguration', 'GetBucketObjectLockConfiguration'],
  put: ['PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration'],
  root: 'ObjectLockConfiguration',
  absent: {
    code: 'ObjectLockConfigurationNotFoundError',
    message: 'Object Lock configuration does not exist for this bucket',
  },
  check(document, { bucket }) {
    if (xmlText(document, 'ObjectLockEnabled')?.trim() !== 'Enabled') throw malformedXml();
    const rule = xmlElement(document, 'Rule');
    if (rule !== undefined) checkDefaultRetention(xmlElement(rule, 'DefaultRetention'));
    if (bucket.versioning === 'Enabled') return;
    throw invalidBucketState(
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  },
});

function checkDefaultRetention(retention: XmlNode | undefined): void {
  const [days, years] = [xmlText(retention, 'Days'), xmlText(retention, 'Years')];
  const mode = xmlText(retention, 'Mode')?.trim() ?? '';
  if (!/^(?:GOVERNANCE|COMPLIANCE)$/.test(mode) || (days === undefined) === (years === undefined)) {
    throw malformedXml();
  }
}

const VERSIONING: ConfigurationKind = {
  subresource: 'versioning',
  get: ['GetBucketVersioning', 'GetBucketVersioning'],
  put: ['PutBucketVersioning', 'PutBucketVersioning'],
  maxBodyBytes: 64 * 1024,
  parse(text, { bucket }) {
    const document = parseXml(text, 'VersioningConfiguration');
    const status = xmlText(document, 'Status')?.trim();
    if (document !== undefined && status === undefined) {
      throw new AwsError(
        'IllegalVersioningConfigurationException',
        'The Versioning element must be specified',
      );
    }
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
    const deletion = xmlText(document, 'MfaDelete')?.trim();
    if (deletion !== undefined && deletion !== 'Enabled' && deletion !== 'Disabled') throw malformedXml();
    if (status === 'Suspended' && hasLock(bucket)) {
      throw invalidBucketState(
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      );
    }
    return status;
  },
  // Empty until versioning was ever set.
  render: (status) => s3Response('VersioningConfiguration', { Status: status }),
};

const TAGGING: ConfigurationKind = {
  subresource: 'tagging',
  get: ['GetBucketTagging', 'GetBucketTagging'],
  put: ['PutBucketTagging', 'PutBucketTagging'],
  delete: ['DeleteBucketTagging', 'PutBucketTagging'],
  putStatus: 204,
  maxBodyBytes: MAX_TAGGING_BYTES,
  parse(text) {
    const tags = parseTagging(text);
    checkTags(tags, MAX_BUCKET_TAGS, 'Bucket');
    // Recorded (B9): an empty set deletes the tags.
    return tags.length === 0 ? null : tags.map(({ key, value }) => ({ key, value }));
  },
  render(tags, { bucket }) {
    if (tags === undefined)
      throw noSuchConfiguration('NoSuchTagSet', 'The TagSet does not exist', bucket.name);
    return renderTagging(tags as unknown as readonly Tag[]);
  },
};

const POLICY: ConfigurationKind = {
  subresource: 'policy',
  get: ['GetBucketPolicy', 'GetBucketPolicy'],
  put: ['PutBucketPolicy', 'PutBucketPolicy'],
  delete: ['DeleteBucketPolicy', 'DeleteBucketPolicy'],
  putStatus: 204,
  // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
  maxBodyBytes: 20 * 1024,
  parse(text, { bucket, context }) {
    checkBucketPolicy(text, bucket.name);
    if (blocksPublic(bucket, 'BlockPublicPolicy') && isPublicPolicy(text)) {
      throw new AwsError(
        'AccessDenied',
        `User: arn:aws:iam::${context.env.accountId}:root is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        403,
      );
    }
    return text;
  },
  render: (_text, { bucket }) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: bucketPolicyText(bucket),
  }),
};

export const CONFIGURATIONS: readonly ConfigurationKind[] = [
  ACCELERATE,
  CORS,
  ENCRYPTION,
  LIFECYCLE,
  LOGGING,
  NOTIFICATION,
  OBJECT_LOCK,
  OWNERSHIP,
  POLICY,
  PUBLIC_ACCESS,
  REPLICATION,
  REQUEST_PAYMENT,
  TAGGING,
  VERSIONING,
  WEBSITE,
];
