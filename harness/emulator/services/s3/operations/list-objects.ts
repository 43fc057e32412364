import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { listKeys } from '../objects/list-keys.ts';
import { groupOf, isListed, renderContents } from '../objects/listed-object.ts';
import { parseCount, parseEncoding, S3_NAMESPACE } from '../wire/list-parameters.ts';

/** The first version of listing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects = defineOperation({
  name: 'ListObjects',
  http: { method: 'GET', path: '/{Bucket}' },
  parse: ({ query }, { Bucket }) => ({
    bucket: Bucket!,
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    marker: query.get('marker') ?? '',
    encoding: parseEncoding(query),
    query,
  }),
  handle(context: S3Context, input) {
    const bucket = context.buckets.get(input.bucket);
    const maxKeys = parseCount(input.query, 'max-keys', context.limits.s3ListPageKeys);
    const { marker, prefix, delimiter } = input;
    const page = listKeys(bucket.entries, {
      prefix,
      delimiter,
      after: marker === '' ? undefined : marker,
      afterGroup: groupOf(marker, prefix, delimiter),
      maxKeys,
      isListed,
    });
    return { input, maxKeys, page, ownerId: context.ownerId };
  },
  render({ input, maxKeys, page, ownerId }) {
    const { type, encode } = input.encoding;
    return xmlResponse(200, {
      ListBucketResult: {
        '@xmlns': S3_NAMESPACE,
        Name: input.bucket,
        Prefix: encode(input.prefix),
        Marker: encode(input.marker),
        // Only with a delimiter: else the last key is the next marker.
        NextMarker: page.truncated && page.last && input.delimiter !== '' ? encode(page.last.key) : undefined,
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
