/** Operations on buckets themselves; their configurations are in `configurations/`. */

import type {
  CreateBucketCommandInput,
  DeleteBucketCommandInput,
  GetBucketAclCommandInput,
  GetBucketLocationCommandInput,
  HeadBucketCommandInput,
  ListBucketsCommandInput,
  PutBucketAclCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../../../core/errors.ts';
import type { Json } from '../../../../core/json.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import { s3Operation } from '../context.ts';
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  invalidArgument,
  invalidTag,
  malformedXml,
} from '../errors.ts';
import {
  isPublicAcl,
  parseAclHeaders,
  readAccessControl,
  renderAccessControl,
} from '../objects/access-control.ts';
import { assertBucketName } from '../objects/find-object.ts';
import {
  documentResponse,
  parseCount,
  parseToken,
  renderListDate,
  renderOwner,
  renderToken,
  S3_NAMESPACE,
  s3Response,
} from '../objects/list-parameters.ts';
import { LOCK_ENABLED } from '../objects/object-lock.ts';
import { checkTags, MAX_BUCKET_TAGS } from '../objects/tags.ts';
import { onBucket } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import type { AccessControl, Tag } from '../store/records.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_BUCKETS = 10_000;
const DEFAULT_REGION = 'us-east-1';
const OWNERSHIPS = /^(?:BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/;
/** As `LocationConstraint` has them; `EU` is the old name of eu-west-1. */
const REGION = /^(?:EU|[a-z]{2}(?:-[a-z]+)+-\d)$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
const createBucket = s3Operation<CreateBucketCommandInput>({
  name: 'CreateBucket',
  permission: (input, context, request) =>
    [
      'CreateBucket',
      ...(input.ACL === undefined ? [] : ['PutBucketAcl']),
      ...(input.ObjectOwnership === undefined ? [] : ['PutBucketOwnershipControls']),
      ...(input.ObjectLockEnabledForBucket?.toLowerCase() === 'true'
        ? ['PutBucketObjectLockConfiguration', 'PutBucketVersioning']
        : []),
    ].flatMap((action) => onBucket(action)(input, context, request)),
  async handle(context, input, request) {
    const { Bucket: name, ObjectOwnership: ownership } = input;
    const { region: callerRegion, accountId } = request.caller;
    const { constraint, tags } = await readDocument(request);
    const acl = parseAclHeaders(input);
    assertBucketName(name);
    checkNewTags(tags);
    checkConstraint(constraint, callerRegion);
    const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? DEFAULT_REGION);
    if (context.buckets.has(name)) {
      const { ownerAccountId = accountId } = context.buckets.get(name);
      if (ownerAccountId !== accountId) throw bucketAlreadyExists(name);
      // us-east-1 answers success to the owner, for the sake of old clients; everywhere else it is an error.
      const isLenient = callerRegion === DEFAULT_REGION && region === DEFAULT_REGION && tags.length === 0;
      if (!isLenient) throw bucketAlreadyOwnedByYou(name);
      // AWS resets the access control list to that of a new bucket.
      await context.buckets.get(name).setConfig('acl', null);
      return created(name, region);
    }
    if (ownership !== undefined && !OWNERSHIPS.test(ownership)) {
      throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership');
    }
    assertNewAcl(acl, ownership, context.ownerId);
    const bucket = context.buckets.create(name, {
      region,
      ownerAccountId: accountId,
      createdMs: context.env.clock.nowMs(),
    });
    const hasLock = input.ObjectLockEnabledForBucket?.toLowerCase() === 'true';
    await configure(bucket, { constraint, ownership, tags, hasLock, acl });
    return created(name, region);
  },
});

const created = (name: string, region: string): WireResponse => ({
  status: 200,
  headers: {
    location: region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
    'x-amz-bucket-arn': `arn:aws:s3:::${name}`,
  },
});

/** What a bucket is created with, beside its name and region. */
interface NewBucket {
  constraint: string | undefined;
  ownership: string | undefined;
  tags: readonly Tag[];
  hasLock: boolean;
  acl: AccessControl | undefined;
}

async function configure(
  bucket: Bucket,
  { constraint, ownership, tags, hasLock, acl }: NewBucket,
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

async function readDocument(
  request: WireRequest,
): Promise<{ constraint: string | undefined; tags: readonly Tag[] }> {
  const text = (await readBody(request.body, MAX_BODY_BYTES, malformedXml)).toString('utf8');
  if (text.trim() === '') return { constraint: undefined, tags: [] };
  const node = parseXml(text, 'CreateBucketConfiguration');
  if (node === undefined) throw malformedXml();
  const tags = xmlElements(xmlElement(node, 'Tags'), 'Tag').map((tag) => {
    const [key, value] = [xmlText(tag, 'Key'), xmlText(tag, 'Value')];
    // Recorded (B9): a tag without key or value is no document of the schema.
    if (key === undefined || value === undefined) throw malformedXml();
    return { key, value };
  });
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

/** True when a list gives rights to the owner alone. */
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

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
const deleteBucket = s3Operation<DeleteBucketCommandInput>({
  name: 'DeleteBucket',
  permission: onBucket('DeleteBucket'),
  handle: (context, { Bucket }) => context.buckets.remove(Bucket),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
const headBucket = s3Operation<HeadBucketCommandInput>({
  name: 'HeadBucket',
  permission: onBucket('ListBucket'),
  handle(context, { Bucket }) {
    const { name, region } = context.buckets.get(Bucket);
    return {
      status: 200,
      headers: {
        'x-amz-bucket-region': region,
        'x-amz-bucket-arn': `arn:aws:s3:::${name}`,
        'x-amz-access-point-alias': 'false',
        'content-type': 'application/xml',
      },
    };
  },
});

/** Empty for us-east-1. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const getBucketLocation = s3Operation<GetBucketLocationCommandInput>({
  name: 'GetBucketLocation',
  permission: onBucket('GetBucketLocation'),
  handle(context, { Bucket }) {
    const bucket = context.buckets.get(Bucket);
    const asked = bucket.config('location-constraint');
    const region = typeof asked === 'string' ? asked : bucket.region;
    return region === DEFAULT_REGION
      ? documentResponse(`<LocationConstraint xmlns="${S3_NAMESPACE}"/>`)
      : s3Response('LocationConstraint', { '#text': region });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
const listBuckets = s3Operation<ListBucketsCommandInput>({
  name: 'ListBuckets',
  permission: onBucket('ListAllMyBuckets'),
  handle(context, input, { caller }) {
    const { Prefix: prefix = '', BucketRegion: region, ContinuationToken: token } = input;
    const maxBuckets = parseCount(input.MaxBuckets, 'max-buckets', MAX_BUCKETS);
    if (region !== undefined && !isRegion(region))
      throw invalidArgument(`Argument value ${region} is not a valid AWS Region`, 'bucket-region');
    // Recorded (B9): an empty token is none.
    const after = token ? parseToken(token).key : undefined;
    const all = context.buckets
      .list(caller.accountId)
      .filter(
        (bucket) =>
          bucket.name.startsWith(prefix) &&
          (region === undefined || bucket.region === region) &&
          (after === undefined || bucket.name > after),
      );
    const buckets = all.slice(0, maxBuckets);
    const last = buckets.at(-1);
    return s3Response('ListAllMyBucketsResult', {
      Owner: renderOwner(context.ownerId),
      Buckets: {
        Bucket: buckets.map(({ name, region: of, createdMs }) => ({
          Name: name,
          CreationDate: renderListDate(createdMs),
          BucketRegion: of,
          BucketArn: `arn:aws:s3:::${name}`,
        })),
      },
      Prefix: prefix === '' ? undefined : prefix,
      ContinuationToken:
        last && all.length > buckets.length ? renderToken({ key: last.name, isGroup: false }) : undefined,
    });
  },
});

/** Source: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const REGION_NAME =
  /^(?:af-south|ap-(?:east|northeast|south|southeast)|ca-(?:central|west)|cn-(?:north|northwest)|eu-(?:central|north|south|west)|il-central|me-(?:central|south)|mx-central|sa-east|us-(?:east|gov-east|gov-west|west))-[1-9]$/;
const isRegion = (name: string): boolean => REGION_NAME.test(name);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
const getBucketAcl = s3Operation<GetBucketAclCommandInput>({
  name: 'GetBucketAcl',
  permission: onBucket('GetBucketAcl'),
  handle: (context, { Bucket }) =>
    renderAccessControl(context.buckets.get(Bucket).config('acl'), context.ownerId),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
const putBucketAcl = s3Operation<PutBucketAclCommandInput>({
  name: 'PutBucketAcl',
  permission: onBucket('PutBucketAcl'),
  async handle(context, input, request) {
    const acl = await readAccessControl(request, input);
    const bucket = context.buckets.get(input.Bucket);
    assertAclAllowed(bucket, acl, { action: 'PutBucketAcl', accountId: context.env.accountId });
    await bucket.setConfig('acl', acl as unknown as Json);
  },
});

export const bucketOperations = [
  createBucket,
  deleteBucket,
  getBucketAcl,
  getBucketLocation,
  headBucket,
  listBuckets,
  putBucketAcl,
];
