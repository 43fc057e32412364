/**
 * What a function answers as an HTTP response: payload format 2.0, whole or with the prelude of a streamed one.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
import { isJsonObject } from '../../../../core/json.ts';

export interface UrlResponse {
  status: number;
  headers: { [name: string]: string | string[] };
  body: Buffer;
}

/** Between the prelude of a streamed response and its body. */
const PRELUDE_END = Buffer.alloc(8);
export const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';

const json = { 'content-type': 'application/json' };

/** A function that failed, or whose answer is no response. */
export const badGateway = (): UrlResponse => ({
  status: 502,
  headers: json,
  body: Buffer.from('Internal Server Error'),
});

/** The response that the JSON text of a function's result stands for. */
export function responseOf(payload: string): UrlResponse {
  let result: unknown;
  try {
    result = JSON.parse(payload);
  } catch {
    return { status: 200, headers: json, body: Buffer.from(payload) };
  }
  if (typeof result === 'string') return { status: 200, headers: json, body: Buffer.from(result) };
  if (!isJsonObject(result) || result['statusCode'] === undefined) {
    return { status: 200, headers: json, body: Buffer.from(JSON.stringify(result)) };
  }
  const head = headOf(result);
  return head ? { ...head, body: bodyOf(result) } : badGateway();
}

/** Status and headers; nothing when they make no response. */
function headOf(result: { [member: string]: unknown }): Omit<UrlResponse, 'body'> | undefined {
  const status = Number(result['statusCode']);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const headers: UrlResponse['headers'] = { ...json };
  const given = result['headers'];
  if (isJsonObject(given)) {
    for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = String(value);
  }
  const cookies = result['cookies'];
  if (Array.isArray(cookies)) headers['set-cookie'] = cookies.map(String);
  return { status, headers };
}

function bodyOf(result: { [member: string]: unknown }): Buffer {
  const { body, isBase64Encoded } = result;
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

/**
 * Collects the prelude of a streamed response. `push` gives back nothing until it is whole, then the head and
 * the first bytes of the body.
 */
export class PreludeReader {
  #bytes = Buffer.alloc(0);

  push(chunk: Buffer): UrlResponse | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const end = this.#bytes.indexOf(PRELUDE_END);
    if (end < 0) return undefined;
    const body = this.#bytes.subarray(end + PRELUDE_END.length);
    try {
      const prelude: unknown = JSON.parse(this.#bytes.toString('utf8', 0, end));
      if (!isJsonObject(prelude)) return badGateway();
      const head = headOf({ statusCode: 200, ...prelude });
      return head ? { ...head, body } : badGateway();
    } catch {
      return badGateway();
    }
  }
}
