/**
 * `SdkHttpMetadata` and `SdkResponseMetadata`, which optimised integrations put into their results: the HTTP
 * answer as the AWS SDK for Java saw it.
 */
import { javaHashOrder } from '../../../../core/java-hash-order.ts';
import type { JsonObject } from '../../../../core/json.ts';

/** The date and the request id are filled in; the headers come in the order of a Java HashMap (recorded). */
export function sdkMetadata(options: {
  requestId: string;
  atMs: number;
  contentType: string;
  contentLengthBytes: number;
  headers?: { [name: string]: string };
  /** `Connection` for Lambda, `connection` for Step Functions (recorded). */
  connection?: 'Connection' | 'connection';
  /** Lambda's answers have it. */
  traceId?: string;
}): { SdkHttpMetadata: JsonObject; SdkResponseMetadata: JsonObject } {
  const headers: { [name: string]: string } = {
    ...options.headers,
    [options.connection ?? 'Connection']: 'keep-alive',
    'x-amzn-RequestId': options.requestId,
    'Content-Length': String(options.contentLengthBytes),
    Date: new Date(options.atMs).toUTCString(),
    ...(options.traceId === undefined ? {} : { 'X-Amzn-Trace-Id': options.traceId }),
    'Content-Type': options.contentType,
  };
  const all: JsonObject = {};
  for (const name of javaHashOrder(Object.keys(headers))) all[name] = [headers[name] as string];
  return {
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: inNameOrder(headers), HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: options.requestId },
  };
}

/** A Java TreeMap that does not look at case. */
function inNameOrder(headers: { [name: string]: string }): JsonObject {
  const lower = (name: string) => name.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers).sort(([a], [b]) => (lower(a) < lower(b) ? -1 : lower(a) > lower(b) ? 1 : 0)),
  );
}
