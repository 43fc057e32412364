import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import { listVersions } from '../objects/list-versions.ts';
import { groupOf, renderVersions } from '../objects/listed-object.ts';
import { parseCount, parseEncoding, S3_NAMESPACE } from '../wire/list-parameters.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions = defineOperation({
  name: 'ListObjectVersions',
  http: { method: 'GET', path: '/{Bucket}', query: ['versions'] },
  parse({ query }, { Bucket }) {
    const keyMarker = query.get('key-marker') ?? '';
    const versionIdMarker = query.get('version-id-marker') || undefined;
    if (versionIdMarker !== undefined && keyMarker === '') {
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        versionIdMarker,
      );
    }
    return {
      bucket: Bucket!,
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      keyMarker,
      versionIdMarker,
      encoding: parseEncoding(query),
      query,
    };
  },
  handle(context: S3Context, input) {
    const bucket = context.buckets.get(input.bucket);
    const maxKeys = parseCount(input.query, 'max-keys', context.limits.s3ListPageKeys);
    const page = listVersions(bucket.entries, {
      ...input,
      maxKeys,
      afterGroup: groupOf(input.keyMarker, input.prefix, input.delimiter),
    });
    return { input, maxKeys, page, ownerId: context.ownerId };
  },
  render({ input, maxKeys, page, ownerId }) {
    const { type, encode } = input.encoding;
    return xmlResponse(200, {
      ListVersionsResult: {
        '@xmlns': S3_NAMESPACE,
        Name: input.bucket,
        Prefix: encode(input.prefix),
        KeyMarker: encode(input.keyMarker),
        VersionIdMarker: input.versionIdMarker ?? '',
        NextKeyMarker: page.next === undefined ? undefined : encode(page.next.key),
        NextVersionIdMarker: page.next?.versionId,
        MaxKeys: maxKeys,
        Delimiter: input.delimiter === '' ? undefined : encode(input.delimiter),
        EncodingType: type,
        IsTruncated: page.next !== undefined,
        Version: renderVersions(page.versions, encode, ownerId),
        CommonPrefixes: page.commonPrefixes.map((group) => ({ Prefix: encode(group) })),
      },
    });
  },
});
