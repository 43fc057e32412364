/**
 * `SdkHttpMetadata` and `SdkResponseMetadata`, which optimised integrations put into their results: the HTTP
 * answer as the AWS SDK for Java saw it.
 */
import type { JsonObject } from '../../../../core/json.ts';

/** `headers` in the order AWS sends them; the date and the request id are filled in. */
export function sdkMetadata(options: {
  requestId: string;
  atMs: number;
  contentType: string;
  contentLengthBytes: number;
  headers?: { [name: string]: string };
}): { SdkHttpMetadata: JsonObject; SdkResponseMetadata: JsonObject } {
  const headers: { [name: string]: string } = {
    ...options.headers,
    'x-amzn-RequestId': options.requestId,
    Connection: 'keep-alive',
    'Content-Length': String(options.contentLengthBytes),
    Date: new Date(options.atMs).toUTCString(),
    'Content-Type': options.contentType,
  };
  const all: JsonObject = {};
  for (const [name, value] of Object.entries(headers)) all[name] = [value];
  return {
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: options.requestId },
  };
}
