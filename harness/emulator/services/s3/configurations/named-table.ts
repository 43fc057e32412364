/** Kinds of configuration of which a bucket has many, each with an id: one row per kind. */
import { type XmlNode, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { idMismatch, invalidS3DestinationBucket, malformedXml } from '../errors.ts';
import type { NamedConfigurationKind } from './kind.ts';

/** Operations and actions of a kind with ids are named alike. */
const namedAfter = (kind: string) =>
  ({
    get: [`GetBucket${kind}Configuration`, `Get${kind}Configuration`],
    put: [`PutBucket${kind}Configuration`, `Put${kind}Configuration`],
    delete: [`DeleteBucket${kind}Configuration`, `Put${kind}Configuration`],
    list: [`ListBucket${kind}Configurations`, `Get${kind}Configuration`],
  }) as const;

const textOf = (node: XmlNode | undefined, name: string): string => xmlText(node, name)?.trim() ?? '';

/** A document of another id is none at all, says AWS of these. */
function sameIdOrMalformed(document: XmlNode, id: string): void {
  if (textOf(document, 'Id') !== id) throw malformedXml();
}

const INVENTORY_FIELDS =
  /^(?:Size|LastModifiedDate|StorageClass|ETag|IsMultipartUploaded|ReplicationStatus|EncryptionStatus|ObjectLockRetainUntilDate|ObjectLockMode|ObjectLockLegalHoldStatus|IntelligentTieringAccessTier|BucketKeyStatus|ChecksumAlgorithm|ObjectAccessControlList|ObjectOwner|LifecycleExpirationDate)$/;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_InventoryConfiguration.html */
const INVENTORY: NamedConfigurationKind = {
  subresource: 'inventory',
  ...namedAfter('Inventory'),
  root: 'InventoryConfiguration',
  listRoot: 'ListInventoryConfigurationsResult',
  noun: 'inventory',
  check(document, id) {
    const destination = xmlElement(xmlElement(document, 'Destination'), 'S3BucketDestination');
    const fields = xmlElements(xmlElement(document, 'OptionalFields'), 'Field');
    const good =
      destination !== undefined &&
      textOf(destination, 'Bucket') !== '' &&
      /^(?:CSV|ORC|Parquet)$/.test(textOf(destination, 'Format')) &&
      /^(?:true|false)$/.test(textOf(document, 'IsEnabled')) &&
      /^(?:All|Current)$/.test(textOf(document, 'IncludedObjectVersions')) &&
      /^(?:Daily|Weekly)$/.test(textOf(xmlElement(document, 'Schedule'), 'Frequency')) &&
      fields.every((field) => typeof field === 'string' && INVENTORY_FIELDS.test(field.trim()));
    if (!good) throw malformedXml();
    if (textOf(document, 'Id') !== id) throw idMismatch();
    if (!/^arn:[\w-]+:s3:::[^/]+$/.test(textOf(destination, 'Bucket'))) throw invalidS3DestinationBucket();
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AnalyticsConfiguration.html */
const ANALYTICS: NamedConfigurationKind = {
  subresource: 'analytics',
  ...namedAfter('Analytics'),
  root: 'AnalyticsConfiguration',
  listRoot: 'ListBucketAnalyticsConfigurationResult',
  noun: 'analytics',
  check(document, id) {
    if (xmlElement(document, 'StorageClassAnalysis') === undefined) throw malformedXml();
    sameIdOrMalformed(document, id);
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_IntelligentTieringConfiguration.html */
const INTELLIGENT_TIERING: NamedConfigurationKind = {
  subresource: 'intelligent-tiering',
  ...namedAfter('IntelligentTiering'),
  root: 'IntelligentTieringConfiguration',
  listRoot: 'ListBucketIntelligentTieringConfigurationsOutput',
  noun: 'intelligent tiering',
  check(document, id) {
    const tierings = xmlElements(document, 'Tiering');
    const good =
      tierings.length > 0 &&
      /^(?:Enabled|Disabled)$/.test(textOf(document, 'Status')) &&
      tierings.every(
        (tiering) =>
          /^\d+$/.test(textOf(tiering, 'Days')) &&
          /^(?:ARCHIVE_ACCESS|DEEP_ARCHIVE_ACCESS)$/.test(textOf(tiering, 'AccessTier')),
      );
    if (!good) throw malformedXml();
    sameIdOrMalformed(document, id);
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_MetricsConfiguration.html */
const METRICS: NamedConfigurationKind = {
  subresource: 'metrics',
  ...namedAfter('Metrics'),
  root: 'MetricsConfiguration',
  listRoot: 'ListMetricsConfigurationsResult',
  noun: 'metrics',
  check(document, id) {
    if (textOf(document, 'Id') !== id) throw idMismatch();
  },
};

export const NAMED_CONFIGURATIONS: readonly NamedConfigurationKind[] = [
  ANALYTICS,
  INTELLIGENT_TIERING,
  INVENTORY,
  METRICS,
];
