/** The kinds of bucket configuration, with AWS's answer for a bucket that has none. */
import { xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { malformedXml } from '../errors.ts';
import type { ConfigurationKind } from './configuration.ts';

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
    }
  },
};

export const LIFECYCLE: ConfigurationKind = {
  subresource: 'lifecycle',
  root: 'LifecycleConfiguration',
  absent: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
  check(document) {
    const rules = xmlElements(document, 'Rule');
    if (rules.length === 0 || rules.length > 1000) throw malformedXml();
    for (const rule of rules) {
      if (!/^(?:Enabled|Disabled)$/.test(xmlText(rule, 'Status')?.trim() ?? '')) throw malformedXml();
    }
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
  check(document) {
    const rule = xmlElements(document, 'Rule')[0];
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
};

export const WEBSITE: ConfigurationKind = {
  subresource: 'website',
  root: 'WebsiteConfiguration',
  absent: {
    code: 'NoSuchWebsiteConfiguration',
    message: 'The specified bucket does not have a website configuration',
  },
};

export const REPLICATION: ConfigurationKind = {
  subresource: 'replication',
  root: 'ReplicationConfiguration',
  absent: {
    code: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
  },
};

export const LOGGING: ConfigurationKind = {
  subresource: 'logging',
  root: 'BucketLoggingStatus',
  absent: { members: {} },
};

export const ACCELERATE: ConfigurationKind = {
  subresource: 'accelerate',
  root: 'AccelerateConfiguration',
  absent: { members: {} },
};

export const REQUEST_PAYMENT: ConfigurationKind = {
  subresource: 'requestPayment',
  root: 'RequestPaymentConfiguration',
  absent: { members: { Payer: 'BucketOwner' } },
};

export const OBJECT_LOCK: ConfigurationKind = {
  subresource: 'object-lock',
  root: 'ObjectLockConfiguration',
  absent: {
    code: 'ObjectLockConfigurationNotFoundError',
    message: 'Object Lock configuration does not exist for this bucket',
  },
};
