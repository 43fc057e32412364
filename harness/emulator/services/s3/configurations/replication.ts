/**
 * Replication configurations: checked as S3 checks them, kept and returned; nothing is copied.
 * Order and texts of the refusals are those of requests recorded against AWS: the schema of the whole document first,
 * then each rule in turn, then what the older schema (`Prefix` in place of `Filter`) does not take.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */
import type { AwsError } from '../../../../core/errors.ts';
import { type XmlNode, xmlElement, xmlElements, xmlNames, xmlText } from '../../../http/protocols/xml.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';
import type { Buckets } from '../store/buckets.ts';

/** The one threshold S3 knows. */
const MINUTES = 15;
const MAX_INTEGER = 2 ** 31 - 1;
const STATUS = /^(?:Enabled|Disabled)$/;
const BUCKET_ARN = /^arn:(aws[a-z-]*):s3:::([^/]+)$/;
const KEY_ARN = /^arn:([^:]+):kms:([^:]*):[^:]*:(?:key|alias)\/[\s\S]*$/;

/** A rule's parts that are checked. */
interface ReplicationRule {
  hasFilter: boolean;
  bucketArn: string;
  /** Status and minutes; undefined where the rule has no such element. */
  time: Timed | undefined;
  metrics: Timed | undefined;
  replicaModifications: boolean;
  sseKms: boolean;
  /** As given; undefined where the rule has no EncryptionConfiguration. */
  keyId: string | undefined;
}

interface Timed {
  status: string;
  minutes: number | undefined;
}

/** @throws AwsError MalformedXML, InvalidArgument, InvalidRequest */
export function checkReplication(document: XmlNode, buckets: Buckets): void {
  const rules = parseRules(document);
  for (const rule of rules) {
    const region = destinationRegion(rule, buckets);
    checkEncryption(rule, region);
    checkTime(rule);
  }
  for (const rule of rules) if (!rule.hasFilter) checkOlderSchema(rule);
}

/** What can be said without any bucket. @throws AwsError MalformedXML */
export function parseRules(document: XmlNode): ReplicationRule[] {
  const rules = xmlElements(document, 'Rule');
  if (!xmlText(document, 'Role') || rules.length === 0) throw malformedXml();
  return rules.map((rule) => {
    parseStatus(rule);
    const destination = xmlElement(rule, 'Destination');
    const criteria = xmlElement(rule, 'SourceSelectionCriteria');
    const encryption = xmlElement(destination, 'EncryptionConfiguration');
    const names = xmlNames(destination ?? '');
    return {
      hasFilter: xmlNames(rule).includes('Filter'),
      bucketArn: xmlText(destination, 'Bucket')?.trim() ?? '',
      time: parseTimed(xmlElement(destination, 'ReplicationTime'), 'Time'),
      metrics: parseTimed(xmlElement(destination, 'Metrics'), 'EventThreshold'),
      replicaModifications: parseStatus(xmlElement(criteria, 'ReplicaModifications')) !== undefined,
      sseKms: parseStatus(xmlElement(criteria, 'SseKmsEncryptedObjects')) !== undefined,
      keyId: names.includes('EncryptionConfiguration')
        ? (xmlText(encryption, 'ReplicaKmsKeyID') ?? '')
        : undefined,
    };
  });
}

function parseStatus(node: XmlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const status = xmlText(node, 'Status')?.trim() ?? '';
  if (!STATUS.test(status)) throw malformedXml();
  return status;
}

function parseTimed(node: XmlNode | undefined, member: string): Timed | undefined {
  const status = parseStatus(node);
  if (status === undefined) return undefined;
  const text = xmlText(xmlElement(node, member), 'Minutes')?.trim();
  if (text === undefined) return { status, minutes: undefined };
  const minutes = Number(text);
  if (!/^-?\d+$/.test(text) || minutes > MAX_INTEGER || minutes < -MAX_INTEGER - 1) throw malformedXml();
  return { status, minutes };
}

/** Region of the destination. */
function destinationRegion({ bucketArn }: ReplicationRule, buckets: Buckets): string {
  const name = BUCKET_ARN.exec(bucketArn)?.[2];
  if (name === undefined) throw invalidArgument('Invalid bucket ARN.', 'Bucket', bucketArn);
  const bucket = buckets.has(name) ? buckets.get(name) : undefined;
  // S3 says the same of a bucket that does not exist.
  if (bucket?.versioning !== 'Enabled')
    throw invalidRequest('Destination bucket must have versioning enabled.');
  return bucket.region;
}

function checkEncryption({ sseKms, keyId, bucketArn }: ReplicationRule, region: string): void {
  if (keyId === undefined) {
    if (!sseKms) return;
    throw invalidRequest('ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.');
  }
  if (!sseKms)
    throw invalidRequest('SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.');
  if (keyId === '') throw invalidArgument('ReplicaKmsKeyID cannot be empty.', 'ReplicaKmsKeyID', '');
  const key = KEY_ARN.exec(keyId);
  if (!key) throw invalidArgument('Invalid ReplicaKmsKeyID ARN.', 'ReplicaKmsKeyID', keyId);
  if (key[1] !== BUCKET_ARN.exec(bucketArn)?.[1]) {
    throw invalidRequest('KMS key ARN partition must match the destination bucket ARN partition.');
  }
  if (key[2] !== region) {
    throw invalidRequest('KMS key must be in the same region as the destination bucket.');
  }
}

function checkTime({ time, metrics }: ReplicationRule): void {
  if (time && time.minutes !== MINUTES)
    throw invalidArgument('Invalid time minute value', 'ReplicationTime', String(time.minutes ?? ''));
  if (time && !metrics) {
    throw invalidRequest('Replication destination must contain both ReplicationTime and Metrics or neither.');
  }
  if (!metrics) return;
  const threshold = metrics.minutes;
  const isTimed = time?.status === 'Enabled';
  if (threshold !== undefined && !isTimed && (time === undefined || metrics.status === 'Enabled')) {
    throw invalidArgument(
      'Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled',
      'Metrics',
    );
  }
  if (threshold !== undefined && threshold !== MINUTES) {
    throw invalidArgument('Invalid event threshold minute value', 'ReplicationMetrics', String(threshold));
  }
  // Where neither is on, as where both are, they are of a piece.
  if (time && threshold === undefined && (isTimed || metrics.status === 'Disabled')) {
    throw invalidArgument('ReplicationMetrics must contain an event threshold', 'ReplicationMetrics');
  }
  if (isTimed && metrics.status !== 'Enabled') {
    throw invalidArgument(
      'ReplicationTime and ReplicationMetrics should have the same status',
      'ReplicationTime',
    );
  }
}

function checkOlderSchema({ time, metrics, replicaModifications }: ReplicationRule): void {
  if (replicaModifications) throw notInOlderSchema('ReplicaModifications', ' ');
  if (time) throw notInOlderSchema('ReplicationTime', '');
  if (metrics) throw notInOlderSchema('Metrics', '');
}

/** S3 puts a space between its sentences in one of the cases only. */
const notInOlderSchema = (element: string, space: string): AwsError =>
  invalidRequest(
    `${element} cannot be used for this version of the replication configuration schema.${space}Please refer to the S3 Developer Guide for more information.`,
  );
