/**
 * Object Lock: how long a version may not be deleted, and whether it is held beyond that.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */

import { parseXml, xmlElement, xmlText } from '../../../http/protocols/xml.ts';
import type { WriteInput } from '../context.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties, ObjectVersion, Retention } from '../store/records.ts';

/** What a bucket made with ObjectLockEnabledForBucket is configured with. */
export const LOCK_ENABLED =
  '<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';

const MODES = /^(?:GOVERNANCE|COMPLIANCE)$/;
const DAY_MS = 86_400_000;

type Lock = Pick<ObjectProperties, 'retention' | 'legalHold'>;

export const hasLock = (bucket: Bucket): boolean => typeof bucket.config('object-lock') === 'string';

/** @throws AwsError InvalidRequest */
export function assertHasLock(bucket: Bucket): void {
  if (!hasLock(bucket)) throw invalidRequest('Bucket is missing Object Lock Configuration');
}

/**
 * The lock of what a request writes: that of its headers, or the bucket's default.
 * @throws AwsError InvalidArgument, InvalidRequest
 */
export function lockOfWrite(
  input: Pick<WriteInput, 'ObjectLockLegalHoldStatus' | 'ObjectLockMode' | 'ObjectLockRetainUntilDate'>,
  bucket: Bucket,
  nowMs: number,
): Lock {
  const mode = input.ObjectLockMode;
  const until = input.ObjectLockRetainUntilDate;
  const hold = input.ObjectLockLegalHoldStatus;
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
    );
  }
  if (mode !== undefined && !MODES.test(mode))
    throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", 'x-amz-object-lock-legal-hold', hold);
  }
  // Another spelling than where a lock is asked for or put.
  if ((mode !== undefined || hold !== undefined) && !hasLock(bucket))
    throw invalidRequest('Bucket is missing ObjectLockConfiguration');
  const retention =
    mode === undefined
      ? defaultRetention(bucket, nowMs)
      : parseRetention(mode, until!, nowMs, 'x-amz-object-lock-retain-until-date');
  return { ...(retention ? { retention } : {}), ...(hold ? { legalHold: hold } : {}) };
}

function parseRetention(mode: string, until: string, nowMs: number, argument: string): Retention {
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs))
    throw invalidArgument('The retain until date must be provided in ISO 8601 format', argument, until);
  if (untilMs <= nowMs)
    throw invalidArgument('The retain until date must be in the future!', argument, pacificDate(untilMs));
  return { mode: mode as Retention['mode'], untilMs };
}

/** The bucket's rule for what is written without a lock of its own. */
function defaultRetention(bucket: Bucket, nowMs: number): Retention | undefined {
  const text = bucket.config('object-lock');
  if (typeof text !== 'string' || !text.includes('DefaultRetention')) return undefined;
  const rule = xmlElement(parseXml(text, 'ObjectLockConfiguration'), 'Rule');
  const retention = xmlElement(rule, 'DefaultRetention');
  const mode = xmlText(retention, 'Mode')?.trim() ?? '';
  const [days, years] = [xmlText(retention, 'Days'), xmlText(retention, 'Years')];
  if (days !== undefined) return { mode: mode as Retention['mode'], untilMs: nowMs + Number(days) * DAY_MS };
  const until = new Date(nowMs);
  until.setUTCFullYear(until.getUTCFullYear() + Number(years));
  return { mode: mode as Retention['mode'], untilMs: until.getTime() };
}

/** A Retention document; undefined for the empty one, which ends a retention. @throws AwsError MalformedXML, InvalidArgument */
export function parseRetentionDocument(text: string, nowMs: number): Retention | undefined {
  const document = parseXml(text, 'Retention');
  if (document === undefined) throw malformedXml();
  const [mode, until] = [xmlText(document, 'Mode')?.trim(), xmlText(document, 'RetainUntilDate')?.trim()];
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined || !MODES.test(mode)) throw malformedXml();
  if (Number.isNaN(Date.parse(until))) throw malformedXml();
  return parseRetention(mode, until, nowMs, 'RetainUntilDate');
}

/** @throws AwsError MalformedXML */
export function parseLegalHoldDocument(text: string): 'ON' | 'OFF' {
  const status = xmlText(parseXml(text, 'LegalHold'), 'Status')?.trim();
  if (status !== 'ON' && status !== 'OFF') throw malformedXml();
  return status;
}

/** True when a version may not be deleted now. */
export function isLocked(version: ObjectVersion, bypassGovernance: boolean, nowMs: number): boolean {
  const { retention, legalHold } = version;
  if (legalHold === 'ON') return true;
  if (retention === undefined || retention.untilMs <= nowMs) return false;
  return !(bypassGovernance && retention.mode === 'GOVERNANCE');
}

/** True when a retention may not become another: none is ever weakened, but governance by who may bypass it. */
export function forbidsChange(
  { retention: before }: ObjectVersion,
  after: Retention | undefined,
  bypassGovernance: boolean,
  nowMs: number,
): boolean {
  if (before === undefined || before.untilMs <= nowMs) return false;
  const weaker =
    after === undefined ||
    after.untilMs < before.untilMs ||
    (before.mode === 'COMPLIANCE' && after.mode === 'GOVERNANCE');
  return weaker && !(before.mode === 'GOVERNANCE' && bypassGovernance);
}

/** True when the caller asks to pass over governance. @throws AwsError InvalidArgument */
export function parseBypass(given: string | undefined, bucket: Bucket): boolean {
  if (given === undefined) return false;
  if (!hasLock(bucket)) {
    throw invalidArgument(
      'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
      'x-amz-bypass-governance-retention',
    );
  }
  return given.toLowerCase() === 'true';
}

export const renderRetentionDate = (untilMs: number): string => new Date(untilMs).toISOString();

/** Response headers of GetObject and HeadObject. */
export function renderLock({ retention, legalHold }: ObjectVersion): Record<string, string> {
  return {
    ...(retention
      ? {
          'x-amz-object-lock-mode': retention.mode,
          'x-amz-object-lock-retain-until-date': renderRetentionDate(retention.untilMs),
        }
      : {}),
    ...(legalHold ? { 'x-amz-object-lock-legal-hold': legalHold } : {}),
  };
}

/** As S3's messages show a date: `Tue Dec 31 16:00:00 PST 2019`, wherever the bucket is. */
function pacificDate(milliseconds: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    year: 'numeric',
  }).formatToParts(milliseconds);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('weekday')} ${part('month')} ${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')} ${part('year')}`;
}
