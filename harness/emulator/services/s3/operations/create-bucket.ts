import { AwsError } from '../../../../core/errors.ts';
import type { Json } from '../../../../core/json.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import { bucketAlreadyOwnedByYou, invalidArgument, invalidTag, malformedXml } from '../errors.ts';
import { assertBucketName } from '../objects/names.ts';
import type { Bucket } from '../store/bucket.ts';
import type { AccessControl, Tag } from '../store/records.ts';
import { isPublicAcl, parseAclHeaders } from '../wire/access-control.ts';
import { LOCK_ENABLED } from '../wire/object-lock.ts';
import { checkTags, MAX_BUCKET_TAGS } from '../wire/tags.ts';

const MAX_BODY_BYTES = 64 * 1024;
const DEFAULT_REGION = 'us-east-1';
const OWNERSHIPS = /^(?:BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/;
const REGION = /^(?:EU|[a-z]{2}(?:-[a-z]+)+-\d)$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket = defineOperation({
  name: 'CreateBucket',
  http: { method: 'PUT', path: '/{Bucket}' },
  async parse(request, { Bucket }) {
    return {
      bucket: Bucket!,
      ...(await parseDocument(request)),
      callerRegion: request.caller.region,
      ownership: request.headers['x-amz-object-ownership'],
      hasLock: request.headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true',
      acl: parseAclHeaders(request),
    };
  },
  async handle(context: S3Context, input) {
    const { bucket: name, constraint, callerRegion, ownership } = input;
    assertBucketName(name);
    checkNewTags(input.tags);
    checkConstraint(constraint, callerRegion);
    const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? DEFAULT_REGION);
    if (context.buckets.has(name)) {
      // us-east-1 answers success to the owner, for the sake of old clients; everywhere else it is an error.
      const lenient = callerRegion === DEFAULT_REGION && region === DEFAULT_REGION && input.tags.length === 0;
      if (!lenient) throw bucketAlreadyOwnedByYou(name);
      // AWS gives it back the list it had when it was new.
      await context.buckets.get(name).setConfig('acl', null);
      return { name, region };
    }
    if (ownership !== undefined && !OWNERSHIPS.test(ownership)) {
      throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership');
    }
    assertNewAcl(input.acl, ownership, context.ownerId);
    const created = context.buckets.create(name, region, context.env.clock.nowMs());
    await configure(created, input);
    return { name, region };
  },
  render: ({ name, region }) => ({
    status: 200,
    headers: {
      location: region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      'x-amz-bucket-arn': `arn:aws:s3:::${name}`,
    },
  }),
});

/** What a bucket is made with, beside its name and region. */
interface Wishes {
  constraint: string | undefined;
  ownership: string | undefined;
  tags: readonly Tag[];
  hasLock: boolean;
  acl: unknown;
}

async function configure(
  bucket: Bucket,
  { constraint, ownership, tags, hasLock, acl }: Wishes,
): Promise<void> {
  const set = (name: string, value: unknown) => bucket.setConfig(name, value as Json);
  // GetBucketLocation answers the name the region was given by.
  if (constraint === 'EU') await set('location-constraint', constraint);
  if (ownership !== undefined) {
    const text = `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;
    await set('ownershipControls', text);
    if (ownership !== 'BucketOwnerEnforced' && acl !== undefined) await set('acl', acl);
  }
  if (tags.length > 0) await set('tagging', tags);
  if (hasLock) {
    await set('versioning', 'Enabled');
    await set('object-lock', LOCK_ENABLED);
  }
}

async function parseDocument(
  request: WireRequest,
): Promise<{ constraint: string | undefined; tags: readonly Tag[] }> {
  const text = (await readBody(request.body, MAX_BODY_BYTES, malformedXml)).toString('utf8');
  if (text.trim() === '') return { constraint: undefined, tags: [] };
  const node = parseXml(text, 'CreateBucketConfiguration');
  if (node === undefined) throw malformedXml();
  const tags = xmlElements(xmlElement(node, 'Tags'), 'Tag').map((tag) => ({
    key: xmlText(tag, 'Key') ?? '',
    value: xmlText(tag, 'Value') ?? '',
  }));
  return { constraint: xmlText(node, 'LocationConstraint') || undefined, tags };
}

/** @throws AwsError InvalidTag, BadRequest */
function checkNewTags(tags: readonly Tag[]): void {
  if (tags.some(({ key }) => key.toLowerCase().startsWith('aws:'))) {
    throw invalidTag(
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    );
  }
  checkTags(tags, MAX_BUCKET_TAGS, 'Bucket');
}

/** A new bucket owns its objects unless told otherwise, and blocks all public access. */
function assertNewAcl(acl: AccessControl | undefined, ownership: string | undefined, ownerId: string): void {
  if (acl === undefined) return;
  if ((ownership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced' && !isOfOwner(acl, ownerId)) {
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  }
  if (isPublicAcl(acl)) {
    throw new AwsError(
      'InvalidBucketAclWithBlockPublicAccessError',
      'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
    );
  }
}

/** True when a list gives nothing to anybody but the owner. */
const isOfOwner = (acl: AccessControl, ownerId: string): boolean =>
  'canned' in acl
    ? acl.canned === 'private'
    : 'grants' in acl &&
      acl.grants.every(({ value, permission }) => value === ownerId && permission === 'FULL_CONTROL');

/** A constraint has to agree with the region the request was sent to. */
function checkConstraint(constraint: string | undefined, callerRegion: string): void {
  const illegal = (name: string) =>
    new AwsError(
      'IllegalLocationConstraintException',
      `The ${name} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  const elsewhere = callerRegion !== DEFAULT_REGION && REGION.test(callerRegion);
  if (constraint === undefined) {
    if (elsewhere) throw illegal('unspecified');
    return;
  }
  if (elsewhere && constraint !== callerRegion && !(constraint === 'EU' && callerRegion === 'eu-west-1'))
    throw illegal(constraint);
  if (!REGION.test(constraint) || constraint === DEFAULT_REGION) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      details: { LocationConstraint: constraint },
    });
  }
}
