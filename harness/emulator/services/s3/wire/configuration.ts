/**
 * Bucket configurations: documents that are checked for being well-formed, kept, and returned as they were given.
 * What they ask for is not carried out, but for event notifications.
 */
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml, type XmlNode } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { malformedXml, noSuchConfiguration } from '../errors.ts';
import { S3_NAMESPACE } from './list-parameters.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** A kind of configuration: its query parameter is its name in the bucket too. */
export interface ConfigurationKind {
  /** e.g. `cors` */
  subresource: string;
  /** Root element, e.g. `CORSConfiguration`. */
  root: string;
  /** What a bucket without one answers: a document's members, or an error. */
  absent: { members: object } | { code: string; message: string };
  /** Refuses documents that would not do. */
  check?: (document: XmlNode) => void;
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
      return { bucket: Bucket!, text: text.slice(text.indexOf(`<${kind.root}`)) };
    },
    handle: (context: S3Context, { bucket, text }) =>
      context.buckets.get(bucket).setConfig(kind.subresource, text),
    render: () => ({ status: kind.putStatus ?? 200 }),
  });
}

/** Get...: the document as it was put, or what stands for none. */
export function getConfiguration(name: string, kind: ConfigurationKind): Operation<S3Context> {
  const { absent } = kind;
  return defineOperation({
    name,
    http: { method: 'GET', path: '/{Bucket}', query: [kind.subresource] },
    parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
    handle(context: S3Context, { bucket }) {
      const text = context.buckets.get(bucket).config(kind.subresource);
      if (text === undefined && 'code' in absent) {
        throw noSuchConfiguration(absent.code, absent.message, bucket);
      }
      return text;
    },
    render: (text) =>
      typeof text === 'string'
        ? {
            status: 200,
            headers: { 'content-type': 'application/xml' },
            body: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`,
          }
        : xmlResponse(200, {
            [kind.root]: { '@xmlns': S3_NAMESPACE, ...('members' in absent ? absent.members : {}) },
          }),
  });
}

/** Delete...: succeeds whether or not there is one. */
export function deleteConfiguration(name: string, subresource: string): Operation<S3Context> {
  return defineOperation({
    name,
    http: { method: 'DELETE', path: '/{Bucket}', query: [subresource] },
    parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
    async handle(context: S3Context, { bucket }) {
      const found = context.buckets.get(bucket);
      if (found.config(subresource) !== undefined) await found.setConfig(subresource, null);
    },
    render: () => ({ status: 204 }),
  });
}
