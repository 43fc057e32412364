import type { Readable } from 'node:stream';
import type { AwsError } from '../../core/errors.ts';
import type { RequestSignature, VerifiedSignature } from './caller/signature.ts';

/** One HTTP request as the services see it: nothing decoded twice, the body not yet read. */
export interface WireRequest {
  method: string;
  /** Path as sent, still percent-encoded, without the query; virtual-hosted S3 requests have their bucket put in front. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: { readonly [name: string]: string | undefined };
  body: Readable;
  /** The identity that the signature names; verified by the pipeline's `authenticate`. */
  caller: Caller;
  /** The signature as sent. */
  signature: RequestSignature;
  /** Set once a signature of Version 4 has been verified: those of chunks are chained to it. */
  verified?: VerifiedSignature;
  /** Names of the service in the scope of a credential: others are refused. */
  signingNames?: readonly string[] | undefined;
  /** Answered as `x-amzn-RequestId` / `x-amz-request-id`. */
  requestId: string;
  /** Host header as sent, e.g. `127.0.0.1:4566`. */
  host: string;
  /** Query as sent, without the question mark. */
  rawQuery?: string;
  /** Called once the operation is known, before its body is read; what it throws is answered as any error. */
  before?(operation: string, parameters: { readonly [name: string]: string }): Promise<void>;
  /** Ends the connection with a TCP reset. */
  reset?(): void;
}

/** The identity that a request's signature names. */
export interface Caller {
  /** `anonymous` when the request carries no signature. */
  accessKeyId: string;
  /** Twelve digits: the account that the access key belongs to. */
  accountId: string;
  /** Region of the credential scope; the emulator's when there is none. */
  region: string;
  /** Service of the credential scope (`s3`, `states`, `lambda` ...); empty when unsigned. */
  service: string;
  /** Address of the client, IPv4 where it is mapped; undefined once the client is gone. */
  sourceIp?: string | undefined;
}

export type ResponseHeaders = { [name: string]: string | number | string[] };

export interface WireResponse {
  status: number;
  /** The listener adds its own to them: what a service answers with is shared with nothing. */
  headers?: ResponseHeaders;
  /** A stream is piped with back-pressure and destroyed when the client goes away. */
  body?: string | Uint8Array | Readable | undefined;
}

export type ServiceName = 's3' | 'lambda' | 'stepfunctions' | 'logs' | 'cloudwatch' | 'iam' | 'sts';

/** A service behind the listener. */
export interface Service {
  readonly name: ServiceName;
  handle(request: WireRequest): Promise<WireResponse>;
  /** The answer to a request that is refused before it reaches the service, in the client's protocol. */
  refuse?(request: WireRequest, error: AwsError): WireResponse;
  /** Whether a page of another origin may make this request: by CORS rules, or as a plain read of what is public. */
  permitsCrossOrigin?(request: WireRequest): boolean;
  /** Names of the operations served, for health pages and the README's table. */
  readonly operations: readonly string[];
  stop(): Promise<void>;
}
