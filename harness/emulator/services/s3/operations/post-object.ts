/** PostObject: a browser's upload. AWS's model does not have it. */

import { xmlResponse } from '../../../http/codecs/rest-xml.ts';
import { virtualBucket } from '../../../http/host-and-origin.ts';
import { unrestricted } from '../../../http/permission.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import { headersOfForm, readForm, tagsOfForm, type UploadForm } from '../body/form.ts';
import { DEFAULT_CHECKSUM, parseContentMd5 } from '../body/payload.ts';
import { checkPostPolicy, parsePostPolicy, type SizeRange } from '../body/post-policy.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import { CHECKSUM_ALGORITHMS, CHECKSUM_HEADERS } from '../checksums/algorithms.ts';
import type { FormFields, WriteInput } from '../context.ts';
import { type S3Context, s3Operation } from '../context.ts';
import { badDigest, badMd5, entityTooLarge, fileTooSmall, missingFormField } from '../errors.ts';
import {
  propertiesOfWrite,
  renderChecksum,
  renderEncryption,
  renderETag,
  renderVersionId,
} from '../objects/properties.ts';
import { checkTags, MAX_OBJECT_TAGS } from '../objects/tags.ts';
import { writesObject } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import { type WrittenContent, writeContent } from '../store/content-writer.ts';
import type { ObjectVersion } from '../store/records.ts';
import { assertKey, putVersion } from './put-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export const postObject = s3Operation<{ Bucket: string }>({
  name: 'PostObject',
  http: { method: 'POST', path: '/{Bucket}' },
  isUnsigned: true,
  permission: unrestricted('The form names the key and its signer: both are known once it is read'),
  async handle(context, { Bucket: name }, request) {
    const form = await readForm(request);
    const bucket = context.buckets.get(name);
    const fields = fill(form);
    const key = keyOf(fields);
    const signer = context.verifyForm(fields);
    const range = signer ? checkPolicy(context, fields, name) : ANY_SIZE;
    const headers = headersOfForm(fields);
    const tagging = fields.get('tagging');
    const input = {
      ...(context.inputOfHeaders('PutObject', headers) as WriteInput),
      ...(tagging ? { Tagging: '' } : {}),
      Bucket: name,
      Key: key,
    };
    const sender = { ...request, headers, caller: { ...request.caller, accessKeyId: signer ?? 'anonymous' } };
    for (const call of writesObject(input, context, sender)) context.permit(sender.caller, call);
    assertKey(key, context.limits);
    const properties = propertiesOfWrite(context, input, bucket);
    assertAclAllowed(bucket, properties.acl, {
      action: 'PutObject',
      key,
      accountId: context.env.accountId,
    });
    const tags = tagsOfForm(tagging);
    checkTags(tags, MAX_OBJECT_TAGS, 'Object');
    const algorithm =
      CHECKSUM_ALGORITHMS.find((candidate) => headers[CHECKSUM_HEADERS[candidate]] !== undefined) ??
      DEFAULT_CHECKSUM;
    const maxBytes = Math.min(range.maximum, context.limits.s3MaxPutBytes);
    const written = await writeContent(context.blobs, atMost(form.content, maxBytes), ['MD5', algorithm], {
      check: (result) => checkContent(result, headers, range),
    });
    const version = await putVersion(
      context,
      bucket,
      {
        ...properties,
        ...(tags.length > 0 ? { tags } : {}),
        key,
        sizeBytes: written.sizeBytes,
        etag: written.digests.get('MD5')!.toString('hex'),
        segments: written.segment ? [written.segment] : [],
        checksum: {
          algorithm,
          value: written.digests.get(algorithm)!.toString('base64'),
          type: 'FULL_OBJECT',
        },
      },
      'ObjectCreated:Post',
    );
    return render(fields, bucket, version, request);
  },
});

function render(
  fields: FormFields,
  bucket: Bucket,
  version: ObjectVersion,
  request: WireRequest,
): WireResponse {
  const { key, etag } = version;
  const location = locationOf(request, bucket.name, key);
  const headers = {
    etag: renderETag(etag),
    ...renderChecksum(version),
    ...renderEncryption(version),
    ...renderVersionId(version.versionId, bucket.versioning !== undefined),
  };
  const redirect = redirectOf(fields, bucket.name, key, etag);
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  const wanted = fields.get('success_action_status')?.value;
  if (wanted !== '201') return { status: wanted === '200' ? 200 : 204, headers: { ...headers, location } };
  return xmlResponse(
    201,
    { PostResponse: { Location: location, Bucket: bucket.name, Key: key, ETag: renderETag(etag) } },
    { ...headers, location },
  );
}

const ANY_SIZE: SizeRange = { minimum: 0, maximum: Number.POSITIVE_INFINITY };

const FILENAME = /\$\{filename\}/g;

/** `${filename}` in any field stands for the name of the user's file, where there is one. */
function fill({ fields, filename }: UploadForm): FormFields {
  if (filename === undefined) return fields;
  return new Map(
    [...fields].map(([name, field]) => [
      name,
      { ...field, value: field.value.replace(FILENAME, () => filename) },
    ]),
  );
}

function keyOf(fields: FormFields): string {
  const key = fields.get('key')?.value ?? '';
  if (key === '') throw missingFormField('key');
  return key;
}

function checkPolicy(context: S3Context, fields: FormFields, bucket: string): SizeRange {
  const policy = parsePostPolicy(fields.get('policy')?.value ?? '');
  return checkPostPolicy(policy, fields, bucket, context.env.clock.nowMs());
}

/** Ends the reading of a file that is too large; one byte more tells it from one that just fits. */
async function* atMost(content: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<Buffer> {
  let sizeBytes = 0;
  for await (const bytes of content) {
    sizeBytes += bytes.length;
    // Read on without keeping, to tell the size: a form that is too large is small compared with its limit.
    if (sizeBytes <= maxBytes) yield bytes;
  }
  if (sizeBytes > maxBytes) throw entityTooLarge(sizeBytes, maxBytes);
}

function checkContent(
  { sizeBytes, digests }: WrittenContent,
  headers: WireRequest['headers'],
  { minimum }: SizeRange,
): void {
  if (sizeBytes < minimum) throw fileTooSmall(sizeBytes, minimum);
  const md5 = parseContentMd5(headers['content-md5']);
  const computed = digests.get('MD5')!;
  if (md5 && !computed.equals(md5)) throw badMd5(md5, computed, 'hex');
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = headers[CHECKSUM_HEADERS[algorithm]];
    if (value !== undefined && digests.get(algorithm)?.toString('base64') !== value) {
      throw badDigest(algorithm);
    }
  }
}

/** Where the object is, as the client reached the bucket. */
function locationOf({ host }: WireRequest, bucket: string, key: string): string {
  const path = virtualBucket(host) === undefined ? `/${bucket}` : '';
  return `http://${host}${path}/${encodeURIComponent(key)}`;
}

/** A URL that cannot be read is as good as none. */
function redirectOf(fields: FormFields, bucket: string, key: string, etag: string): string | undefined {
  const wanted = (fields.get('success_action_redirect') ?? fields.get('redirect'))?.value;
  if (wanted === undefined || !/^https?:\/\/[^\s\0]+$/i.test(wanted) || !URL.canParse(wanted))
    return undefined;
  const query = new URLSearchParams({ bucket, key, etag: renderETag(etag) }).toString();
  // A header holds ASCII alone.
  const target = /^[\x21-\x7e]+$/.test(wanted) ? wanted : new URL(wanted).href;
  return `${target}${target.includes('?') ? '&' : '?'}${query}`;
}
