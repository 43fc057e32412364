/** The kinds of configuration of which a bucket has many. */
import { type XmlNode, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { idMismatch, invalidS3DestinationBucket, malformedXml } from '../errors.ts';
import type { NamedConfigurationKind } from './named-configuration.ts';

const text = (node: XmlNode | undefined, name: string): string => xmlText(node, name)?.trim() ?? '';

/** A document of another id is none at all, says AWS of these. */
function sameIdOrMalformed(document: XmlNode, id: string): void {
  if (text(document, 'Id') !== id) throw malformedXml();
}

const INVENTORY_FIELDS =
  /^(?:Size|LastModifiedDate|StorageClass|ETag|IsMultipartUploaded|ReplicationStatus|EncryptionStatus|ObjectLockRetainUntilDate|ObjectLockMode|ObjectLockLegalHoldStatus|IntelligentTieringAccessTier|BucketKeyStatus|ChecksumAlgorithm|ObjectAccessControlList|ObjectOwner|LifecycleExpirationDate)$/;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_InventoryConfiguration.html */
export const INVENTORY: NamedConfigurationKind = {
  subresource: 'inventory',
  root: 'InventoryConfiguration',
  listRoot: 'ListInventoryConfigurationsResult',
  noun: 'inventory',
  putStatus: 204,
  check(document, id) {
    const destination = xmlElement(xmlElement(document, 'Destination'), 'S3BucketDestination');
    const fields = xmlElements(xmlElement(document, 'OptionalFields'), 'Field');
    const good =
      destination !== undefined &&
      text(destination, 'Bucket') !== '' &&
      /^(?:CSV|ORC|Parquet)$/.test(text(destination, 'Format')) &&
      /^(?:true|false)$/.test(text(document, 'IsEnabled')) &&
      /^(?:All|Current)$/.test(text(document, 'IncludedObjectVersions')) &&
      /^(?:Daily|Weekly)$/.test(text(xmlElement(document, 'Schedule'), 'Frequency')) &&
      fields.every((field) => typeof field === 'string' && INVENTORY_FIELDS.test(field.trim()));
    if (!good) throw malformedXml();
    if (text(document, 'Id') !== id) throw idMismatch();
    if (!/^arn:[\w-]+:s3:::[^/]+$/.test(text(destination, 'Bucket'))) throw invalidS3DestinationBucket();
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AnalyticsConfiguration.html */
export const ANALYTICS: NamedConfigurationKind = {
  subresource: 'analytics',
  root: 'AnalyticsConfiguration',
  listRoot: 'ListBucketAnalyticsConfigurationResult',
  noun: 'analytics',
  putStatus: 204,
  check(document, id) {
    if (xmlElement(document, 'StorageClassAnalysis') === undefined) throw malformedXml();
    sameIdOrMalformed(document, id);
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_IntelligentTieringConfiguration.html */
export const INTELLIGENT_TIERING: NamedConfigurationKind = {
  subresource: 'intelligent-tiering',
  root: 'IntelligentTieringConfiguration',
  listRoot: 'ListBucketIntelligentTieringConfigurationsOutput',
  noun: 'intelligent tiering',
  putStatus: 200,
  check(document, id) {
    const tierings = xmlElements(document, 'Tiering');
    const good =
      tierings.length > 0 &&
      /^(?:Enabled|Disabled)$/.test(text(document, 'Status')) &&
      tierings.every(
        (tiering) =>
          /^\d+$/.test(text(tiering, 'Days')) &&
          /^(?:ARCHIVE_ACCESS|DEEP_ARCHIVE_ACCESS)$/.test(text(tiering, 'AccessTier')),
      );
    if (!good) throw malformedXml();
    sameIdOrMalformed(document, id);
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_MetricsConfiguration.html */
export const METRICS: NamedConfigurationKind = {
  subresource: 'metrics',
  root: 'MetricsConfiguration',
  listRoot: 'ListMetricsConfigurationsResult',
  noun: 'metrics',
  putStatus: 204,
  check(document, id) {
    if (text(document, 'Id') !== id) throw idMismatch();
  },
};
