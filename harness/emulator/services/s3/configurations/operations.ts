/** The operations on bucket configurations, derived from the rows of the table. */
import type { Operation } from '../../../http/operation.ts';
import { parseXml, xmlText } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/payload.ts';
import { type S3Context, s3Operation } from '../context.ts';
import { invalidArgument, malformedXml, noNamedConfiguration, tooManyConfigurations } from '../errors.ts';
import { documentResponse, S3_NAMESPACE } from '../objects/list-parameters.ts';
import { onBucket } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import { type ConfigurationKind, DELETED, type NamedConfigurationKind } from './kind.ts';
import { NAMED_CONFIGURATIONS } from './named-table.ts';
import { CONFIGURATIONS } from './table.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html, and of the others */
const MAX_NAMED = 1000;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html */
const PAGE = 100;

interface OfBucket {
  Bucket: string | undefined;
}
interface Named extends OfBucket {
  Id: string | undefined;
}
interface NamedList extends OfBucket {
  ContinuationToken?: string | undefined;
}

export const configurationOperations: readonly Operation<S3Context>[] = [
  ...CONFIGURATIONS.flatMap(singleOperations),
  ...NAMED_CONFIGURATIONS.flatMap(namedOperations),
];

function singleOperations(kind: ConfigurationKind): Operation<S3Context>[] {
  const { subresource, get, put } = kind;
  const headersName = `${subresource}-headers`;
  const operations = [
    s3Operation<OfBucket>({
      name: get[0],
      permission: onBucket(get[1]),
      handle(context, { Bucket }, request) {
        const bucket = context.buckets.get(Bucket);
        const response = kind.render(bucket.config(subresource), { context, bucket, request });
        const kept = kind.headers && (bucket.config(headersName) as { [name: string]: string } | undefined);
        return kept ? { ...response, headers: { ...response.headers, ...kept } } : response;
      },
    }),
    s3Operation<OfBucket>({
      name: put[0],
      permission: onBucket(put[1]),
      async handle(context, { Bucket }, request) {
        const bucket = context.buckets.get(Bucket);
        const text = await readVerifiedBody(request, kind.maxBodyBytes ?? MAX_BODY_BYTES);
        const kept = await kind.parse(text, { context, bucket, request });
        const headers = kind.headers?.(request.headers);
        await bucket.setConfig(subresource, kept);
        if (headers) await bucket.setConfig(headersName, headers);
        return { status: kind.putStatus ?? 200, ...(headers ? { headers } : {}) };
      },
    }),
  ];
  if (!kind.delete) return operations;
  const deletion = s3Operation<OfBucket>({
    name: kind.delete[0],
    permission: onBucket(kind.delete[1]),
    async handle(context, { Bucket }) {
      const bucket = context.buckets.get(Bucket);
      if (kind.isInNewBuckets) await bucket.setConfig(subresource, DELETED);
      else if (bucket.config(subresource) !== undefined) await bucket.setConfig(subresource, null);
    },
  });
  return [...operations, deletion];
}

/** Each configuration is kept by itself, so a put writes no other. */
const entryOf = ({ subresource }: NamedConfigurationKind, id = ''): string => `${subresource}/${id}`;

function idsOf(bucket: Bucket, kind: NamedConfigurationKind): string[] {
  const prefix = entryOf(kind);
  return bucket.configNames(prefix).map((name) => name.slice(prefix.length));
}

function namedOperations(kind: NamedConfigurationKind): Operation<S3Context>[] {
  const { subresource, root, listRoot, get, put, list } = kind;
  const existing = (bucket: Bucket, id: string | undefined) => {
    const text = bucket.config(entryOf(kind, id));
    if (text === undefined) throw noNamedConfiguration();
    return String(text);
  };
  return [
    s3Operation<Named>({
      name: get[0],
      http: { method: 'GET', path: '/{Bucket}', query: [subresource, 'id'] },
      permission: onBucket(get[1]),
      handle: (context, { Bucket, Id }) => documentResponse(existing(context.buckets.get(Bucket), Id)),
    }),
    s3Operation<Named>({
      name: put[0],
      http: { method: 'PUT', path: '/{Bucket}', query: [subresource, 'id'] },
      permission: onBucket(put[1]),
      async handle(context, { Bucket, Id = '' }, request) {
        const bucket = context.buckets.get(Bucket);
        const text = await readVerifiedBody(request, MAX_BODY_BYTES);
        const document = parseXml(text, root);
        if (document === undefined || !xmlText(document, 'Id')) throw malformedXml();
        kind.check(document, Id);
        const isNew = bucket.config(entryOf(kind, Id)) === undefined;
        if (isNew && idsOf(bucket, kind).length >= MAX_NAMED) throw tooManyConfigurations(kind.noun);
        await bucket.setConfig(entryOf(kind, Id), text.slice(text.indexOf(`<${root}`)).trim());
        return { status: kind.putStatus ?? 204 };
      },
    }),
    s3Operation<Named>({
      name: kind.delete[0],
      http: { method: 'DELETE', path: '/{Bucket}', query: [subresource, 'id'] },
      permission: onBucket(kind.delete[1]),
      async handle(context, { Bucket, Id }) {
        const bucket = context.buckets.get(Bucket);
        existing(bucket, Id);
        await bucket.setConfig(entryOf(kind, Id), null);
      },
    }),
    s3Operation<NamedList>({
      name: list[0],
      permission: onBucket(list[1]),
      handle(context, { Bucket, ContinuationToken: token }) {
        const bucket = context.buckets.get(Bucket);
        const from = token === undefined ? '' : decodeToken(token);
        const ids = idsOf(bucket, kind)
          .sort()
          .filter((id) => id >= from);
        const next = ids[PAGE];
        return documentResponse(
          [
            `<${listRoot} xmlns="${S3_NAMESPACE}">`,
            ...ids.slice(0, PAGE).map((id) => existing(bucket, id)),
            token === undefined ? '' : `<ContinuationToken>${token}</ContinuationToken>`,
            next === undefined ? '' : `<NextContinuationToken>${encodeToken(next)}</NextContinuationToken>`,
            `<IsTruncated>${next !== undefined}</IsTruncated>`,
            `</${listRoot}>`,
          ].join(''),
        );
      },
    }),
  ];
}

const encodeToken = (id: string): string => Buffer.from(id).toString('base64url');

function decodeToken(token: string): string {
  const id = Buffer.from(token, 'base64url').toString();
  if (encodeToken(id) === token) return id;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
