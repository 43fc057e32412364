import type { Readable } from 'node:stream';

/** One HTTP request as the services see it: nothing decoded twice, the body not yet read. */
export interface WireRequest {
  method: string;
  /** Path as sent, still percent-encoded, without the query; virtual-hosted S3 requests have their bucket put in front. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: { readonly [name: string]: string | undefined };
  body: Readable;
  caller: Caller;
  /** Answered as `x-amzn-RequestId` / `x-amz-request-id`. */
  requestId: string;
  /** Host header as sent, e.g. `127.0.0.1:4566`. */
  host: string;
  /** Query as sent, without the question mark. */
  rawQuery?: string;
  /** Address of the client. */
  remoteAddress?: string;
  /** Called once the operation is known, before its body is read; what it throws is answered as any error. */
  before?(operation: string, parameters: { readonly [name: string]: string }): Promise<void>;
  /** Ends the connection with a TCP reset. */
  reset?(): void;
}

/** Who signed the request, as far as the signature tells (it is verified only when asked for). */
export interface Caller {
  /** `anonymous` when the request carries no signature. */
  accessKeyId: string;
  region: string;
  /** Service of the credential scope (`s3`, `states`, `lambda` ...); empty when unsigned. */
  service: string;
}

export interface WireResponse {
  status: number;
  headers?: { [name: string]: string | number | string[] };
  /** A stream is piped with back-pressure and destroyed when the client goes away. */
  body?: string | Uint8Array | Readable;
}

export type ServiceName = 's3' | 'lambda' | 'stepfunctions' | 'logs' | 'cloudwatch' | 'iam' | 'sts';

/** A service behind the listener. */
export interface Service {
  readonly name: ServiceName;
  handle(request: WireRequest): Promise<WireResponse>;
  /** Names of the operations served, for health pages and the README's table. */
  readonly operations: readonly string[];
  stop(): Promise<void>;
}
