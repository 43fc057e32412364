import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { parseXml, xmlText } from '../../../http/protocols/xml.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import { bucketAlreadyOwnedByYou, invalidArgument, malformedXml } from '../errors.ts';
import { assertBucketName } from '../objects/names.ts';

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
      constraint: await parseConstraint(request),
      callerRegion: request.caller.region,
      ownership: request.headers['x-amz-object-ownership'],
    };
  },
  handle(context: S3Context, { bucket, constraint, callerRegion, ownership }) {
    assertBucketName(bucket);
    if (ownership !== undefined && !OWNERSHIPS.test(ownership)) {
      throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership');
    }
    checkConstraint(constraint, callerRegion);
    const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? DEFAULT_REGION);
    if (context.buckets.has(bucket)) {
      // us-east-1 answers success to the owner, for the sake of old clients; everywhere else it is an error.
      if (callerRegion !== DEFAULT_REGION || region !== DEFAULT_REGION) throw bucketAlreadyOwnedByYou(bucket);
      return { bucket };
    }
    const created = context.buckets.create(bucket, region, context.env.clock.nowMs());
    if (ownership !== undefined) {
      const text = `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;
      return created.setConfig('ownershipControls', text).then(() => ({ bucket }));
    }
    return { bucket };
  },
  render: ({ bucket }) => ({ status: 200, headers: { location: `/${bucket}` } }),
});

async function parseConstraint(request: WireRequest): Promise<string | undefined> {
  const text = (await readBody(request.body, MAX_BODY_BYTES, malformedXml)).toString('utf8');
  if (text.trim() === '') return undefined;
  const node = parseXml(text, 'CreateBucketConfiguration');
  if (node === undefined) throw malformedXml();
  return xmlText(node, 'LocationConstraint') || undefined;
}

/** A constraint has to agree with the region the request was sent to. */
function checkConstraint(constraint: string | undefined, callerRegion: string): void {
  const illegal = (name: string) =>
    new AwsError(
      'IllegalLocationConstraintException',
      `The ${name} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  if (constraint === undefined) {
    if (callerRegion !== DEFAULT_REGION && REGION.test(callerRegion)) throw illegal('unspecified');
    return;
  }
  if (!REGION.test(constraint) || constraint === DEFAULT_REGION) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      details: { LocationConstraint: constraint },
    });
  }
  if (callerRegion !== DEFAULT_REGION && callerRegion !== constraint && constraint !== 'EU')
    throw illegal(constraint);
}
