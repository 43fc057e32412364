/**
 * Lifecycle rules: checked, kept, and told of in the headers of the objects they will expire; nothing expires here.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
import {
  parseXml,
  type XmlNode,
  xmlElement,
  xmlElements,
  xmlNames,
  xmlText,
} from '../../../http/protocols/xml.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';

const DAY_MS = 86_400_000;
const MAX_RULES = 1_000;
const ACTIONS = new Set([
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
]);

/** Classes that objects move to. */
const TRANSITIONS = new Set([
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** @throws AwsError MalformedXML, InvalidArgument, InvalidRequest */
export function checkLifecycle(document: XmlNode): void {
  const rules = xmlElements(document, 'Rule');
  if (rules.length === 0 || rules.length > MAX_RULES) throw malformedXml();
  const ids = new Set<string>();
  for (const rule of rules) {
    checkRule(rule);
    const id = xmlText(rule, 'ID')?.trim();
    if (!id) continue;
    if (ids.has(id)) throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
    ids.add(id);
  }
}

function checkRule(rule: XmlNode): void {
  if (!/^(?:Enabled|Disabled)$/.test(xmlText(rule, 'Status')?.trim() ?? '')) throw malformedXml();
  const filter = xmlElement(rule, 'Filter');
  const names = xmlNames(rule);
  if (!names.includes('Filter') && !names.includes('Prefix')) throw malformedXml();
  if (filter !== undefined && xmlNames(filter).length > 1) throw malformedXml();
  const noncurrent = xmlElement(rule, 'NoncurrentVersionExpiration');
  if (names.includes('NoncurrentVersionExpiration') && xmlNames(noncurrent ?? '').length === 0)
    throw malformedXml();
  const expiration = xmlElement(rule, 'Expiration');
  const members = xmlNames(expiration ?? '');
  if (members.includes('ExpiredObjectDeleteMarker') && members.length > 1) throw malformedXml();
  const date = xmlText(expiration, 'Date')?.trim();
  if (date !== undefined) {
    const milliseconds = Date.parse(date);
    if (Number.isNaN(milliseconds)) throw malformedXml();
    if (milliseconds % DAY_MS !== 0)
      throw invalidArgument("'Date' must be at midnight GMT", 'Date', new Date(milliseconds).toString());
  }
  const days = xmlText(expiration, 'Days')?.trim();
  if (days !== undefined && !/^[1-9]\d*$/.test(days)) {
    throw invalidArgument("'Days' for Expiration action must be a positive integer", 'Days', days);
  }
  checkNoncurrent(noncurrent);
  for (const transition of ['Transition', 'NoncurrentVersionTransition'].flatMap((name) =>
    xmlElements(rule, name),
  )) {
    if (!TRANSITIONS.has(xmlText(transition, 'StorageClass')?.trim() ?? '')) throw malformedXml();
  }
  if (!names.some((name) => ACTIONS.has(name)))
    throw invalidRequest('At least one action needs to be specified in a rule');
  const keys = xmlElements(xmlElement(filter, 'And'), 'Tag').map((tag) => xmlText(tag, 'Key'));
  if (new Set(keys).size !== keys.length) throw invalidRequest('Duplicate Tag Keys are not allowed.');
}

function checkNoncurrent(noncurrent: XmlNode | undefined): void {
  const days = xmlText(noncurrent, 'NoncurrentDays')?.trim();
  if (days === undefined || /^[1-9]\d*$/.test(days)) return;
  throw invalidArgument(
    "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
    'NoncurrentDays',
    days,
  );
}

/** The first midnight (UTC) that is `days` whole days after an instant. */
export const midnightAfter = (milliseconds: number, days: number): number =>
  Math.ceil((milliseconds + days * DAY_MS) / DAY_MS) * DAY_MS;

/** `x-amz-expiration` of an object that a rule of its bucket will expire. */
export function renderExpiration(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const text = bucket.config('lifecycle');
  if (typeof text !== 'string') return {};
  for (const rule of xmlElements(parseXml(text, 'LifecycleConfiguration'), 'Rule')) {
    if (xmlText(rule, 'Status')?.trim() !== 'Enabled' || !concerns(rule, version)) continue;
    const expiration = xmlElement(rule, 'Expiration');
    const [days, date] = [xmlText(expiration, 'Days'), xmlText(expiration, 'Date')];
    if (days === undefined && date === undefined) continue;
    const atMs = days === undefined ? Date.parse(date!) : midnightAfter(version.lastModifiedMs, Number(days));
    const id = encodeURIComponent(xmlText(rule, 'ID')?.trim() ?? '');
    return { 'x-amz-expiration': `expiry-date="${new Date(atMs).toUTCString()}", rule-id="${id}"` };
  }
  return {};
}

function concerns(rule: XmlNode, { key, sizeBytes, tags }: ObjectVersion): boolean {
  const prefix = xmlText(rule, 'Prefix');
  if (prefix !== undefined) return key.startsWith(prefix);
  const filter = xmlElement(rule, 'Filter');
  const conditions = xmlElement(filter, 'And') ?? filter;
  const larger = xmlText(conditions, 'ObjectSizeGreaterThan');
  const smaller = xmlText(conditions, 'ObjectSizeLessThan');
  const hasTag = (wanted: XmlNode | string) =>
    typeof wanted !== 'string' &&
    tags?.some(
      (tag) => tag.key === xmlText(wanted, 'Key') && tag.value === (xmlText(wanted, 'Value') ?? ''),
    ) === true;
  return (
    key.startsWith(xmlText(conditions, 'Prefix') ?? '') &&
    (larger === undefined || sizeBytes > Number(larger)) &&
    (smaller === undefined || sizeBytes < Number(smaller)) &&
    xmlElements(conditions, 'Tag').every(hasTag)
  );
}
