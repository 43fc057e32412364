/**
 * Configurations of which a bucket has many, each with an id: inventories, analytics, metrics, intelligent tiering.
 * Documents are checked, kept, and returned as they were given; what they ask for is not carried out.
 */
import { defineOperation, type Operation } from '../../../http/legacy-operation.ts';
import { parseXml, type XmlNode, xmlText } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, malformedXml, noSuchConfiguration, tooManyConfigurations } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import { S3_NAMESPACE } from './list-parameters.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html, and of the others */
const MAX_CONFIGURATIONS = 1000;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html */
const PAGE = 100;

export interface NamedConfigurationKind {
  /** Query parameter; its name in the bucket too. */
  subresource: string;
  /** Root element of one, e.g. `InventoryConfiguration`. */
  root: string;
  /** Root element of a list. */
  listRoot: string;
  /** What AWS calls them in `Too many ... configurations`. */
  noun: string;
  /** Refuses documents that would not do. @throws AwsError */
  check(document: XmlNode, id: string): void;
  /** Of a put; 204 for most. */
  putStatus: number;
}

/** Where a bucket keeps the document of an id: each by itself, so a put writes no other. */
const place = ({ subresource }: NamedConfigurationKind, id: string): string => `${subresource}/${id}`;

const idsOf = (bucket: Bucket, kind: NamedConfigurationKind): string[] => {
  const prefix = place(kind, '');
  return bucket.configNames(prefix).map((name) => name.slice(prefix.length));
};

const absent = (bucket: string) =>
  noSuchConfiguration('NoSuchConfiguration', 'The specified configuration does not exist.', bucket);

/** Put...: a new one, or another in the place of the one of that id. @throws AwsError MalformedXML, TooManyConfigurations ... */
export function putNamed(name: string, kind: NamedConfigurationKind): Operation<S3Context> {
  const { subresource, root } = kind;
  return defineOperation({
    name,
    http: { method: 'PUT', path: '/{Bucket}', query: [subresource, 'id'] },
    async parse(request, { Bucket }) {
      const text = await readVerifiedBody(request, MAX_BODY_BYTES);
      const document = parseXml(text, root);
      const id = request.query.get('id') ?? '';
      if (document === undefined || !xmlText(document, 'Id')) throw malformedXml();
      kind.check(document, id);
      return { bucket: Bucket!, id, text: text.slice(text.indexOf(`<${root}`)).trim() };
    },
    async handle(context: S3Context, { bucket: name, id, text }) {
      const bucket = context.buckets.get(name);
      const isNew = bucket.config(place(kind, id)) === undefined;
      if (isNew && idsOf(bucket, kind).length >= MAX_CONFIGURATIONS) throw tooManyConfigurations(kind.noun);
      await bucket.setConfig(place(kind, id), text);
    },
    render: () => ({ status: kind.putStatus }),
  });
}

/** Get...: the document as it was put. @throws AwsError NoSuchConfiguration */
export function getNamed(name: string, kind: NamedConfigurationKind): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'GET', path: '/{Bucket}', query: [kind.subresource, 'id'] },
    parse: (request, { Bucket }) => ({ bucket: Bucket!, id: request.query.get('id') ?? '' }),
    handle(context: S3Context, { bucket, id }) {
      const text = context.buckets.get(bucket).config(place(kind, id));
      if (text === undefined) throw absent(bucket);
      return String(text);
    },
    render: xmlText200,
  });
}

/** List...: all of them by id, 100 a page. @throws AwsError InvalidArgument */
export function listNamed(name: string, kind: NamedConfigurationKind): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'GET', path: '/{Bucket}', query: [kind.subresource] },
    parse: (request, { Bucket }) => ({ bucket: Bucket!, token: request.query.get('continuation-token') }),
    handle(context: S3Context, { bucket: name, token }) {
      const bucket = context.buckets.get(name);
      const from = token === null ? '' : decodeToken(token);
      const ids = idsOf(bucket, kind)
        .sort()
        .filter((id) => id >= from);
      const next = ids[PAGE];
      return [
        `<${kind.listRoot} xmlns="${S3_NAMESPACE}">`,
        ...ids.slice(0, PAGE).map((id) => String(bucket.config(place(kind, id)))),
        token === null ? '' : `<ContinuationToken>${token}</ContinuationToken>`,
        next === undefined ? '' : `<NextContinuationToken>${encodeToken(next)}</NextContinuationToken>`,
        `<IsTruncated>${next !== undefined}</IsTruncated>`,
        `</${kind.listRoot}>`,
      ].join('');
    },
    render: xmlText200,
  });
}

/** Delete...: one. @throws AwsError NoSuchConfiguration */
export function deleteNamed(name: string, kind: NamedConfigurationKind): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'DELETE', path: '/{Bucket}', query: [kind.subresource, 'id'] },
    parse: (request, { Bucket }) => ({ bucket: Bucket!, id: request.query.get('id') ?? '' }),
    async handle(context: S3Context, { bucket: name, id }) {
      const bucket = context.buckets.get(name);
      if (bucket.config(place(kind, id)) === undefined) throw absent(name);
      await bucket.setConfig(place(kind, id), null);
    },
    render: () => ({ status: 204 }),
  });
}

const xmlText200 = (xml: string) => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
});

const encodeToken = (id: string): string => Buffer.from(id).toString('base64url');

function decodeToken(token: string): string {
  const id = Buffer.from(token, 'base64url').toString();
  if (encodeToken(id) === token) return id;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
