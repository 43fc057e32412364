/**
 * What a kind of bucket configuration is: a row of the table in `table.ts`, from which the operations are derived.
 * Configurations are checked, kept, and returned as they were given; of what they ask for, only versioning, default
 * encryption, object lock, policies, CORS and event notifications are carried out.
 */
import type { Json } from '../../../../core/json.ts';
import { parseXml, renderXml, type XmlNode } from '../../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import { malformedXml, noSuchConfiguration } from '../errors.ts';
import { documentResponse, S3_NAMESPACE, s3Response } from '../objects/list-parameters.ts';
import type { Bucket } from '../store/bucket.ts';

/** An operation, and the action that it needs, without `s3:`. */
type NamedOperation = readonly [operation: string, action: string];

/** What a configuration is put or read with. */
export interface ConfigurationCall {
  context: S3Context;
  bucket: Bucket;
  request: WireRequest;
}

export interface ConfigurationKind {
  /** Query parameter; its name in the bucket too. */
  subresource: string;
  get: NamedOperation;
  put: NamedOperation;
  delete?: NamedOperation;
  /** Of a put; AWS answers 200 to most, 204 to some. */
  putStatus?: number;
  maxBodyBytes?: number;
  /** What is kept of a body, once it is checked; null drops the configuration. @throws AwsError */
  parse(text: string, call: ConfigurationCall): Json | null | Promise<Json | null>;
  /** @param kept undefined where the bucket has none. @throws AwsError where AWS answers so for none */
  render(kept: Json | undefined, call: ConfigurationCall): WireResponse;
  /** Headers of a put that belong to the configuration, kept and returned beside it. @throws AwsError */
  headers?(given: WireRequest['headers']): { readonly [name: string]: string };
  /** Every new bucket has one: a deleted configuration is remembered as `DELETED`, not as none. */
  isInNewBuckets?: true;
}

/** Of kinds of which a bucket has many, each with an id. */
export interface NamedConfigurationKind {
  subresource: string;
  get: NamedOperation;
  put: NamedOperation;
  delete: NamedOperation;
  list: NamedOperation;
  putStatus?: number;
  /** Root element of one, e.g. `InventoryConfiguration`. */
  root: string;
  /** Root element of a list. */
  listRoot: string;
  /** What AWS calls them in `Too many ... configurations`. */
  noun: string;
  /** Refuses documents that would not do. @throws AwsError */
  check(document: XmlNode, id: string): void;
}

/** Stands in a bucket for a configuration that every new bucket has, once it was deleted. */
export const DELETED = false;

/** Answer for a bucket without a configuration: a document's members, or an error. */
type Absent = { members: object } | { code: string; message: string };

export interface DocumentRow extends Omit<ConfigurationKind, 'parse' | 'render'> {
  /** Root element, e.g. `CORSConfiguration`. */
  root: string;
  absent: Absent;
  /** The same once the configuration every new bucket has was deleted. */
  deleted?: Absent;
  /** @throws AwsError for a document that would not do */
  check?(document: XmlNode, call: ConfigurationCall): void;
  /** Members that are kept of a document, where that is not what was given. */
  complete?(document: XmlNode, call: ConfigurationCall): object | Promise<object>;
}

/** A kind whose configuration is an XML document. */
export function documentKind(row: DocumentRow): ConfigurationKind {
  const { root, absent, deleted, check, complete, ...kind } = row;
  return {
    ...kind,
    ...(deleted ? { isInNewBuckets: true as const } : {}),
    async parse(text, call) {
      const document = parseXml(text, root);
      if (document === undefined) throw malformedXml();
      check?.(document, call);
      if (!complete) return text.slice(text.indexOf(`<${root}`)).trimEnd();
      const xml = renderXml({ [root]: { '@xmlns': S3_NAMESPACE, ...(await complete(document, call)) } });
      return xml.slice(xml.indexOf('\n') + 1);
    },
    render(kept, { bucket }) {
      if (typeof kept === 'string') return documentResponse(kept);
      const answer = kept === DELETED ? (deleted ?? absent) : absent;
      if ('code' in answer) throw noSuchConfiguration(answer.code, answer.message, bucket.name);
      return s3Response(root, answer.members);
    },
  };
}
