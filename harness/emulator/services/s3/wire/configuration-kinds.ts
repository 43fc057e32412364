/** The kinds of bucket configuration, with AWS's answer for a bucket that has none. */
import { xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import {
  invalidArgument,
  invalidBucketState,
  invalidRequest,
  invalidTargetBucket,
  malformedXml,
} from '../errors.ts';
import type { ConfigurationKind } from './configuration.ts';
import { checkLifecycle } from './lifecycle.ts';
import { checkReplication, parseRules } from './replication.ts';
import { checkWebsite } from './website.ts';

const CORS_METHODS = /^(?:GET|PUT|HEAD|POST|DELETE)$/;

export const CORS: ConfigurationKind = {
  subresource: 'cors',
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
};

export const LIFECYCLE: ConfigurationKind = {
  subresource: 'lifecycle',
  root: 'LifecycleConfiguration',
  absent: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
  check: checkLifecycle,
  headers: (given) => {
    const header = 'x-amz-transition-default-minimum-object-size';
    const value = given[header] ?? 'all_storage_classes_128K';
    if (value !== 'all_storage_classes_128K' && value !== 'varies_by_storage_class')
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${value}`);
    return { [header]: value };
  },
};

export const ENCRYPTION: ConfigurationKind = {
  subresource: 'encryption',
  root: 'ServerSideEncryptionConfiguration',
  absent: {
    members: {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    },
  },
  deleted: { members: {} },
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
};

export const NOTIFICATION: ConfigurationKind = {
  subresource: 'notification',
  root: 'NotificationConfiguration',
  absent: { members: {} },
};

export const OWNERSHIP: ConfigurationKind = {
  subresource: 'ownershipControls',
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
};

export const PUBLIC_ACCESS: ConfigurationKind = {
  subresource: 'publicAccessBlock',
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
};

export const WEBSITE: ConfigurationKind = {
  subresource: 'website',
  root: 'WebsiteConfiguration',
  absent: {
    code: 'NoSuchWebsiteConfiguration',
    message: 'The specified bucket does not have a website configuration',
  },
  check: checkWebsite,
};

export const REPLICATION: ConfigurationKind = {
  subresource: 'replication',
  root: 'ReplicationConfiguration',
  absent: {
    code: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
  },
  check: parseRules,
  checkBucket({ versioning }, document, buckets) {
    if (versioning !== 'Enabled')
      throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    checkReplication(document, buckets);
  },
};

export const LOGGING: ConfigurationKind = {
  subresource: 'logging',
  root: 'BucketLoggingStatus',
  absent: { members: {} },
  checkBucket(_bucket, document, buckets) {
    const target = xmlText(xmlElement(document, 'LoggingEnabled'), 'TargetBucket')?.trim();
    if (target !== undefined && !buckets.has(target)) throw invalidTargetBucket(target);
  },
};

export const ACCELERATE: ConfigurationKind = {
  subresource: 'accelerate',
  root: 'AccelerateConfiguration',
  absent: { members: {} },
  check(document) {
    if (!/^(?:Enabled|Suspended)$/.test(xmlText(document, 'Status')?.trim() ?? '')) throw malformedXml();
  },
  checkBucket({ name }) {
    if (!name.includes('.')) return;
    throw invalidRequest(
      'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
    );
  },
};

export const REQUEST_PAYMENT: ConfigurationKind = {
  subresource: 'requestPayment',
  root: 'RequestPaymentConfiguration',
  absent: { members: { Payer: 'BucketOwner' } },
  check(document) {
    if (!/^(?:BucketOwner|Requester)$/.test(xmlText(document, 'Payer')?.trim() ?? '')) throw malformedXml();
  },
};

export const OBJECT_LOCK: ConfigurationKind = {
  subresource: 'object-lock',
  root: 'ObjectLockConfiguration',
  absent: {
    code: 'ObjectLockConfigurationNotFoundError',
    message: 'Object Lock configuration does not exist for this bucket',
  },
  check(document) {
    if (xmlText(document, 'ObjectLockEnabled')?.trim() !== 'Enabled') throw malformedXml();
    const rule = xmlElement(document, 'Rule');
    if (rule === undefined) return;
    const retention = xmlElement(rule, 'DefaultRetention');
    const [days, years] = [xmlText(retention, 'Days'), xmlText(retention, 'Years')];
    const mode = xmlText(retention, 'Mode')?.trim() ?? '';
    if (!/^(?:GOVERNANCE|COMPLIANCE)$/.test(mode) || (days === undefined) === (years === undefined)) {
      throw malformedXml();
    }
  },
  checkBucket({ versioning }) {
    if (versioning === 'Enabled') return;
    throw invalidBucketState(
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  },
};
