import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { virtualBucket } from '../../../http/virtual-host.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { postCalls } from '../authorization.ts';
import { type FormField, parseBoundary, readForm, type UploadForm } from '../body/form-data.ts';
import { DEFAULT_CHECKSUM, parseContentMd5 } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { badDigest, badMd5, entityTooLarge, fileTooSmall, missingFormField } from '../errors.ts';
import { assertKey } from '../objects/names.ts';
import { propertiesOfWrite } from '../objects/properties-of-write.ts';
import { putVersion } from '../objects/put-version.ts';
import { type WrittenContent, writeContent } from '../store/content-writer.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { headersOfForm, tagsOfForm } from '../wire/form-headers.ts';
import { renderChecksum, renderETag, renderVersionId } from '../wire/object-headers.ts';
import { checkPostPolicy, parsePostPolicy, type SizeRange } from '../wire/post-policy.ts';
import { checkTags, MAX_OBJECT_TAGS } from '../wire/tags.ts';

/** A browser's upload. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export const postObject = defineOperation({
  name: 'PostObject',
  http: { method: 'POST', path: '/{Bucket}' },
  async parse(request, { Bucket }) {
    const boundary = parseBoundary(request.headers['content-type']);
    return { bucket: Bucket!, form: await readForm(request.body, boundary) };
  },
  async handle(context: S3Context, { bucket: name, form }, request) {
    const bucket = context.buckets.get(name);
    const fields = fill(form);
    const key = keyOf(fields);
    const signer = context.verifyForm(fields);
    const range = signer ? admit(context, fields, name) : ANY_SIZE;
    const headers = headersOfForm(fields);
    const tagging = fields.get('tagging')?.value;
    const asWrite = tagging === undefined ? headers : { 'x-amz-tagging': '', ...headers };
    for (const call of postCalls(name, key, { ...request, headers: asWrite }))
      context.permit(signer ?? 'anonymous', call);
    assertKey(key, context.limits);
    const { acl, ...properties } = propertiesOfWrite(context, { ...request, headers }, bucket);
    assertAclAllowed(bucket, acl, { action: 'PutObject', key, accountId: context.env.accountId });
    const tags = tagsOfForm(fields.get('tagging'));
    checkTags(tags, MAX_OBJECT_TAGS, 'Object');
    const algorithm =
      CHECKSUM_ALGORITHMS.find((candidate) => headers[checksumHeader(candidate)] !== undefined) ??
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
        ...(acl ? { acl } : {}),
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
    return { name, version, fields, versioned: bucket.versioning !== undefined };
  },
  render({ name, version, fields, versioned }, request) {
    const location = locationOf(request, name, version.key);
    const headers = {
      etag: renderETag(version.etag),
      ...renderChecksum(version),
      ...renderEncryption(version),
      ...renderVersionId(version.versionId, versioned),
    };
    const redirect = redirectOf(fields, name, version.key, version.etag);
    if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
    const wanted = fields.get('success_action_status')?.value;
    if (wanted !== '201') return { status: wanted === '200' ? 200 : 204, headers: { ...headers, location } };
    const response = xmlResponse(201, {
      PostResponse: { Location: location, Bucket: name, Key: version.key, ETag: renderETag(version.etag) },
    });
    return { ...response, headers: { ...response.headers, ...headers, location } };
  },
});

const ANY_SIZE: SizeRange = { minimum: 0, maximum: Number.POSITIVE_INFINITY };

const FILENAME = /\$\{filename\}/g;

/** `${filename}` in any field stands for the name of the user's file, where there is one. */
function fill({ fields, filename }: UploadForm): ReadonlyMap<string, FormField> {
  if (filename === undefined) return fields;
  return new Map(
    [...fields].map(([name, field]) => [
      name,
      { ...field, value: field.value.replace(FILENAME, () => filename) },
    ]),
  );
}

function keyOf(fields: ReadonlyMap<string, FormField>): string {
  const key = fields.get('key')?.value ?? '';
  if (key === '') {
    throw missingFormField('key');
  }
  return key;
}

function admit(context: S3Context, fields: ReadonlyMap<string, FormField>, bucket: string): SizeRange {
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
  if (md5 && !computed.equals(md5)) throw badMd5(md5, computed);
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = headers[checksumHeader(algorithm)];
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
function redirectOf(
  fields: ReadonlyMap<string, FormField>,
  bucket: string,
  key: string,
  etag: string,
): string | undefined {
  const wanted = (fields.get('success_action_redirect') ?? fields.get('redirect'))?.value;
  if (wanted === undefined || !/^https?:\/\/[^\s\0]+$/i.test(wanted)) return undefined;
  const query = new URLSearchParams({ bucket, key, etag: renderETag(etag) }).toString();
  return `${wanted}${wanted.includes('?') ? '&' : '?'}${query}`;
}
