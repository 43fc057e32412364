/**
 * Bucket configurations: documents that are checked for being well-formed, kept, and returned as they were given.
 * What they ask for is not carried out, but for event notifications.
 */
import { defineOperation, type Operation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml, renderXml, type XmlNode } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { malformedXml, noSuchConfiguration } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Buckets } from '../store/buckets.ts';
import { S3_NAMESPACE } from './list-parameters.ts';

const MAX_BODY_BYTES = 1024 * 1024;

type Absent = { members: object } | { code: string; message: string };

/** A kind of configuration: its query parameter is its name in the bucket too. */
export interface ConfigurationKind {
  /** e.g. `cors` */
  subresource: string;
  /** Root element, e.g. `CORSConfiguration`. */
  root: string;
  /** What a bucket without one answers: a document's members, or an error. */
  absent: Absent;
  /** The same once the configuration every new bucket has was deleted; as `absent` without it. */
  deleted?: Absent;
  /** Refuses documents that would not do. */
  check?: (document: XmlNode) => void;
  /** Refuses what does not go with the bucket. */
  checkBucket?: (bucket: Bucket, document: XmlNode, buckets: Buckets) => void;
  /** What is kept of a document, where that is more than was given. */
  complete?: (document: XmlNode) => object;
  /** Headers of a request that belong to the configuration: their values, or those that stand for none. @throws AwsError */
  headers?: (given: WireRequest['headers']) => { readonly [name: string]: string };
  /** AWS answers 200 to most, 204 to some. */
  putStatus?: number;
}

/** Put...: keeps the document. @throws AwsError MalformedXML */
export function putConfiguration(name: string, kind: ConfigurationKind): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'PUT', path: '/{Bucket}', query: [kind.subresource] },
    async parse(request, { Bucket }) {
      const text = await readVerifiedBody(request, MAX_BODY_BYTES);
      const document = parseXml(text, kind.root);
      if (document === undefined) throw malformedXml();
      kind.check?.(document);
      const members = kind.complete?.(document);
      const kept =
        members === undefined
          ? text.slice(text.indexOf(`<${kind.root}`))
          : withoutDeclaration(renderXml({ [kind.root]: { '@xmlns': S3_NAMESPACE, ...members } }));
      return { bucket: Bucket!, document, text: kept, headers: kind.headers?.(request.headers) };
    },
    async handle(context: S3Context, { bucket: name, document, text, headers }) {
      const bucket = context.buckets.get(name);
      kind.checkBucket?.(bucket, document, context.buckets);
      await bucket.setConfig(kind.subresource, text);
      if (headers) await bucket.setConfig(headersOf(kind), headers);
      return headers ?? {};
    },
    render: (headers) => ({ status: kind.putStatus ?? 200, headers }),
  });
}

/** Get...: the document as it was put, or what stands for none. */
export function getConfiguration(name: string, kind: ConfigurationKind): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'GET', path: '/{Bucket}', query: [kind.subresource] },
    parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
    handle(context: S3Context, { bucket }) {
      const found = context.buckets.get(bucket);
      const text = found.config(kind.subresource);
      if (typeof text === 'string') {
        const headers = (found.config(headersOf(kind)) ?? {}) as Record<string, string>;
        return { text, headers };
      }
      const absent = text === DELETED ? (kind.deleted ?? kind.absent) : kind.absent;
      if ('code' in absent) throw noSuchConfiguration(absent.code, absent.message, bucket);
      return absent;
    },
    render: (found) =>
      'text' in found
        ? {
            status: 200,
            headers: { 'content-type': 'application/xml', ...found.headers },
            body: `<?xml version="1.0" encoding="UTF-8"?>\n${found.text}`,
          }
        : xmlResponse(200, {
            [kind.root]: { '@xmlns': S3_NAMESPACE, ...found.members },
          }),
  });
}

/** Where a bucket keeps the headers of a configuration. */
const headersOf = ({ subresource }: ConfigurationKind): string => `${subresource}-headers`;

const withoutDeclaration = (xml: string): string => xml.slice(xml.indexOf('\n') + 1);

/** Stands in a bucket for a configuration that every new bucket has, once it was deleted. */
const DELETED = false;

/** Delete...: succeeds whether or not there is one. */
export function deleteConfiguration(
  name: string,
  { subresource, deleted }: Pick<ConfigurationKind, 'subresource' | 'deleted'>,
): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'DELETE', path: '/{Bucket}', query: [subresource] },
    parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
    async handle(context: S3Context, { bucket }) {
      const found = context.buckets.get(bucket);
      if (deleted) await found.setConfig(subresource, DELETED);
      else if (found.config(subresource) !== undefined) await found.setConfig(subresource, null);
    },
    render: () => ({ status: 204 }),
  });
}
