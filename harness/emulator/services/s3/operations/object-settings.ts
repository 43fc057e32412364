/** Tags, access control lists, locks and restored copies of objects. */

import type {
  DeleteObjectTaggingCommandInput,
  GetObjectAclCommandInput,
  GetObjectLegalHoldCommandInput,
  GetObjectRetentionCommandInput,
  GetObjectTaggingCommandInput,
  PutObjectAclCommandInput,
  PutObjectLegalHoldCommandInput,
  PutObjectRetentionCommandInput,
  PutObjectTaggingCommandInput,
  RestoreObjectCommandInput,
} from '@aws-sdk/client-s3';
import { parseXml, xmlText } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import { midnightAfter } from '../configurations/lifecycle.ts';
import { s3Operation } from '../context.ts';
import { invalidObjectState, malformedXml, noSuchKey, noSuchObjectLock, protectedByLock } from '../errors.ts';
import { readAccessControl, renderAccessControl } from '../objects/access-control.ts';
import { setTags } from '../objects/change-object.ts';
import { findObject, findTagged, isArchived } from '../objects/find-object.ts';
import { s3Response } from '../objects/list-parameters.ts';
import {
  assertHasLock,
  forbidsChange,
  parseBypass,
  parseLegalHoldDocument,
  parseRetentionDocument,
  renderRetentionDate,
} from '../objects/object-lock.ts';
import { renderVersionId } from '../objects/properties.ts';
import {
  checkTags,
  MAX_OBJECT_TAGS,
  MAX_TAGGING_BYTES,
  parseTagging,
  renderTagging,
} from '../objects/tags.ts';
import { onLockedObject, onObject } from '../permissions.ts';

const MAX_DOCUMENT_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
const getObjectTagging = s3Operation<GetObjectTaggingCommandInput>({
  name: 'GetObjectTagging',
  permission: onObject('GetObjectTagging'),
  handle(context, { Bucket, Key, VersionId }) {
    const bucket = context.buckets.get(Bucket);
    // Here alone AWS names the bucket with the key that is missing.
    if (VersionId === undefined && bucket.find(Key) === undefined) throw noSuchKey(`${Bucket}/${Key}`);
    const version = findTagged(bucket, Key, VersionId, 'GET');
    return renderTagging(
      version.tags ?? [],
      renderVersionId(version.versionId, bucket.versioning !== undefined),
    );
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
const putObjectTagging = s3Operation<PutObjectTaggingCommandInput>({
  name: 'PutObjectTagging',
  permission: onObject('PutObjectTagging'),
  async handle(context, { Bucket, Key, VersionId }, request) {
    const tags = parseTagging(await readVerifiedBody(request, MAX_TAGGING_BYTES));
    checkTags(tags, MAX_OBJECT_TAGS, 'Object');
    const bucket = context.buckets.get(Bucket);
    return { status: 200, headers: await setTags(context, bucket, Key, VersionId, tags) };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
const deleteObjectTagging = s3Operation<DeleteObjectTaggingCommandInput>({
  name: 'DeleteObjectTagging',
  permission: onObject('DeleteObjectTagging'),
  handle: async (context, { Bucket, Key, VersionId }) => ({
    status: 204,
    headers: await setTags(context, context.buckets.get(Bucket), Key, VersionId, undefined),
  }),
});

/**
 * The owner alone has rights where no list was put, as where buckets own what is in them (AWS's default).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
const getObjectAcl = s3Operation<GetObjectAclCommandInput>({
  name: 'GetObjectAcl',
  permission: onObject('GetObjectAcl'),
  handle: (context, { Bucket, Key, VersionId }) =>
    renderAccessControl(findObject(context.buckets.get(Bucket), Key, VersionId).acl, context.ownerId),
});

/**
 * Refused where the bucket owns its objects, as AWS's buckets do by default.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
const putObjectAcl = s3Operation<PutObjectAclCommandInput>({
  name: 'PutObjectAcl',
  permission: onObject('PutObjectAcl'),
  async handle(context, input, request) {
    const { Key: key, VersionId: versionId } = input;
    const acl = await readAccessControl(request, input);
    const bucket = context.buckets.get(input.Bucket);
    assertAclAllowed(bucket, acl, { action: 'PutObjectAcl', key, accountId: context.env.accountId });
    const version = await bucket.change(key, () => {
      const found = findTagged(bucket, key, versionId, 'PUT');
      return { records: [{ op: 'acl', key, versionId: found.versionId, acl }], result: found };
    });
    context.announce(bucket, { name: 'ObjectAcl:Put', key, etag: version.etag });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
const getObjectLegalHold = s3Operation<GetObjectLegalHoldCommandInput>({
  name: 'GetObjectLegalHold',
  permission: onObject('GetObjectLegalHold'),
  handle(context, { Bucket, Key, VersionId }) {
    const bucket = context.buckets.get(Bucket);
    assertHasLock(bucket);
    const { legalHold } = findObject(bucket, Key, VersionId);
    if (legalHold === undefined) throw noSuchObjectLock();
    return s3Response('LegalHold', { Status: legalHold });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
const putObjectLegalHold = s3Operation<PutObjectLegalHoldCommandInput>({
  name: 'PutObjectLegalHold',
  permission: onObject('PutObjectLegalHold'),
  async handle(context, { Bucket, Key: key, VersionId }, request) {
    const document = await readVerifiedBody(request, MAX_DOCUMENT_BYTES);
    const bucket = context.buckets.get(Bucket);
    assertHasLock(bucket);
    await bucket.change(key, () => {
      const { versionId } = findObject(bucket, key, VersionId, 'PUT');
      const legalHold = parseLegalHoldDocument(document);
      return { records: [{ op: 'legal-hold', key, versionId, legalHold }], result: undefined };
    });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
const getObjectRetention = s3Operation<GetObjectRetentionCommandInput>({
  name: 'GetObjectRetention',
  permission: onObject('GetObjectRetention'),
  handle(context, { Bucket, Key, VersionId }) {
    const bucket = context.buckets.get(Bucket);
    assertHasLock(bucket);
    const { retention } = findObject(bucket, Key, VersionId);
    if (retention === undefined) throw noSuchObjectLock();
    return s3Response('Retention', {
      Mode: retention.mode,
      RetainUntilDate: renderRetentionDate(retention.untilMs),
    });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
const putObjectRetention = s3Operation<PutObjectRetentionCommandInput>({
  name: 'PutObjectRetention',
  permission: onLockedObject('PutObjectRetention'),
  async handle(context, input, request) {
    const { Key: key } = input;
    const document = await readVerifiedBody(request, MAX_DOCUMENT_BYTES);
    // Recorded (B8): a request without content is refused before the bucket's configuration is looked at.
    if (document === '') throw malformedXml();
    const bucket = context.buckets.get(input.Bucket);
    assertHasLock(bucket);
    const bypassGovernance = parseBypass(input.BypassGovernanceRetention, bucket);
    const nowMs = context.env.clock.nowMs();
    await bucket.change(key, () => {
      const version = findObject(bucket, key, input.VersionId, 'PUT');
      const retention = parseRetentionDocument(document, nowMs);
      if (forbidsChange(version, retention, bypassGovernance, nowMs)) throw protectedByLock();
      const { versionId } = version;
      return {
        records: [{ op: 'retention', key, versionId, retention: retention ?? null }],
        result: undefined,
      };
    });
  },
});

/** Done at once, where AWS takes hours. https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
const restoreObject = s3Operation<RestoreObjectCommandInput>({
  name: 'RestoreObject',
  permission: onObject('RestoreObject'),
  async handle(context, { Bucket, Key: key, VersionId }, request) {
    const document = parseXml(await readVerifiedBody(request, MAX_DOCUMENT_BYTES), 'RestoreRequest');
    const days = Number(xmlText(document, 'Days')?.trim());
    if (!Number.isInteger(days) || days < 1) throw malformedXml();
    const bucket = context.buckets.get(Bucket);
    const nowMs = context.env.clock.nowMs();
    const before = await bucket.change(key, () => {
      const version = findObject(bucket, key, VersionId, 'POST');
      if (!isArchived(version)) {
        throw invalidObjectState(
          "Restore is not allowed for the object's current storage class",
          version.storageClass ?? 'STANDARD',
        );
      }
      const { versionId } = version;
      const restoredUntilMs = midnightAfter(nowMs, days);
      return { records: [{ op: 'restore', key, versionId, restoredUntilMs }], result: version };
    });
    const { sizeBytes, etag, restoredUntilMs = 0 } = before;
    for (const step of ['Post', 'Completed'])
      context.announce(bucket, { name: `ObjectRestore:${step}`, key, sizeBytes, etag });
    return { status: restoredUntilMs > nowMs ? 200 : 202 };
  },
});

export const settingOperations = [
  deleteObjectTagging,
  getObjectAcl,
  getObjectLegalHold,
  getObjectRetention,
  getObjectTagging,
  putObjectAcl,
  putObjectLegalHold,
  putObjectRetention,
  putObjectTagging,
  restoreObject,
];
