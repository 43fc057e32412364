/** Requests as AWS's SDKs send them, so that what is compared is the wire and nothing an SDK made of it. */

import type { Json, JsonObject } from '../../../harness/core/json.ts';
import { parseJson } from '../../../harness/core/json-parse.ts';
import { printJson } from '../../../harness/core/json-print.ts';

export interface WireAnswer {
  status: number;
  body: Json;
}

const TARGETS: Readonly<Record<string, { prefix: string; contentType: string; signingName: string }>> = {
  stepfunctions: {
    prefix: 'AWSStepFunctions',
    contentType: 'application/x-amz-json-1.0',
    signingName: 'states',
  },
  logs: { prefix: 'Logs_20140328', contentType: 'application/x-amz-json-1.1', signingName: 'logs' },
};

/** Sends an operation of a JSON service. */
export async function callJson(
  endpoint: string,
  service: 'stepfunctions' | 'logs',
  op: string,
  request: JsonObject,
): Promise<WireAnswer> {
  const { prefix, contentType, signingName } = TARGETS[service]!;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-amz-target': `${prefix}.${op}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: printJson(request),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : parseJson(text) };
}

/** `{Error: {Code, Message}, message}` as botocore shows an error answer. */
export function errorOf({ body }: WireAnswer): { code: string; message: string } {
  const fields = body as { __type?: string; message?: string; Message?: string };
  return { code: (fields.__type ?? '').replace(/^.*#/, ''), message: fields.message ?? fields.Message ?? '' };
}
