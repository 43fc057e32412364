import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import {
  parseCount,
  parseToken,
  renderListDate,
  renderOwner,
  renderToken,
  S3_NAMESPACE,
} from '../wire/list-parameters.ts';

const MAX_BUCKETS = 10_000;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets = defineOperation({
  name: 'ListBuckets',
  http: { method: 'GET', path: '/' },
  parse: ({ query }) => ({
    prefix: query.get('prefix') ?? '',
    region: query.get('bucket-region') ?? undefined,
    maxBuckets: parseCount(query, 'max-buckets', MAX_BUCKETS),
    paged: query.has('max-buckets'),
    token: query.get('continuation-token') ?? undefined,
  }),
  handle(context: S3Context, input) {
    if (input.region !== undefined && !REGION.test(input.region)) {
      throw invalidArgument(`Argument value ${input.region} is not a valid AWS Region`, 'bucket-region');
    }
    const after = input.token === undefined ? undefined : parseToken(input.token).key;
    const all = context.buckets
      .list()
      .filter(
        ({ name, region }) =>
          name.startsWith(input.prefix) &&
          (input.region === undefined || region === input.region) &&
          (after === undefined || name > after),
      );
    const buckets = all.slice(0, input.maxBuckets);
    const last = buckets.at(-1);
    return {
      buckets,
      prefix: input.prefix,
      ownerId: context.ownerId,
      next: last && all.length > buckets.length ? renderToken({ key: last.name, isGroup: false }) : undefined,
    };
  },
  render: ({ buckets, prefix, ownerId, next }) =>
    xmlResponse(200, {
      ListAllMyBucketsResult: {
        '@xmlns': S3_NAMESPACE,
        Owner: renderOwner(ownerId),
        Buckets: {
          Bucket: buckets.map(({ name, region, createdMs }) => ({
            Name: name,
            CreationDate: renderListDate(createdMs),
            BucketRegion: region,
            BucketArn: `arn:aws:s3:::${name}`,
          })),
        },
        Prefix: prefix === '' ? undefined : prefix,
        ContinuationToken: next,
      },
    }),
});
