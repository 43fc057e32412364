import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { listKeys } from '../objects/list-keys.ts';
import { isListed, renderContents } from '../objects/listed-object.ts';
import { parseCount, parseEncoding, parseToken, renderToken, S3_NAMESPACE } from '../wire/list-parameters.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2 = defineOperation({
  name: 'ListObjectsV2',
  http: { method: 'GET', path: '/{Bucket}', query: ['list-type=2'] },
  parse: ({ query }, { Bucket }) => ({
    bucket: Bucket!,
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    startAfter: query.get('start-after') || undefined,
    token: query.get('continuation-token') ?? undefined,
    encoding: parseEncoding(query),
    fetchOwner: query.get('fetch-owner') === 'true',
    query,
  }),
  handle(context: S3Context, input) {
    const bucket = context.buckets.get(input.bucket);
    const maxKeys = parseCount(input.query, 'max-keys', context.limits.s3ListPageKeys);
    const from = input.token === undefined ? undefined : parseToken(input.token);
    const page = listKeys(bucket.entries, {
      prefix: input.prefix,
      delimiter: input.delimiter,
      after: from ? from.key : input.startAfter,
      afterGroup: from?.isGroup ? from.key : undefined,
      maxKeys,
      isListed,
    });
    return { input, maxKeys, page, ownerId: input.fetchOwner ? context.ownerId : undefined };
  },
  render({ input, maxKeys, page, ownerId }) {
    const { type, encode } = input.encoding;
    return xmlResponse(200, {
      ListBucketResult: {
        '@xmlns': S3_NAMESPACE,
        Name: input.bucket,
        Prefix: encode(input.prefix),
        StartAfter: input.startAfter === undefined ? undefined : encode(input.startAfter),
        ContinuationToken: input.token,
        NextContinuationToken: page.truncated && page.last ? renderToken(page.last) : undefined,
        KeyCount: page.entries.length + page.commonPrefixes.length,
        MaxKeys: maxKeys,
        Delimiter: input.delimiter === '' ? undefined : encode(input.delimiter),
        EncodingType: type,
        IsTruncated: page.truncated,
        Contents: renderContents(
          page.entries.map(({ versions }) => versions[0]!),
          encode,
          ownerId,
        ),
        CommonPrefixes: page.commonPrefixes.map((group) => ({ Prefix: encode(group) })),
      },
    });
  },
});
