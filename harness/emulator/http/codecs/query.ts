/**
 * awsQuery (IAM, STS, older clients of CloudWatch): a form with `Action`, answered in XML.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import { type Json, JsonNumber, type JsonObject } from '../../../core/json.ts';
import { decodeMembers } from '../model/decode.ts';
import { renderXml } from '../protocols/xml.ts';
import type { WireRequest } from '../wire.ts';
import type { Codec } from './codec.ts';

/** No member of AWS nests deeper; each level is two segments where it is a list. */
const MAX_SEGMENTS = 24;

export function queryCodec({ xmlNamespace }: { xmlNamespace: string }): Codec {
  return {
    accepts: () => true,
    match(request, body) {
      const name = formOf(request, body).get('Action');
      return name === null ? undefined : { name, parameters: {} };
    },
    decode(request, body, { name }, model) {
      const shape = model.inputOf(name);
      return shape ? decodeMembers(model, shape, decodeForm(formOf(request, body)), 'text') : {};
    },
    render: ({ name }, output, { requestId }) => ({
      status: 200,
      body: renderXml({
        [`${name}Response`]: {
          '@xmlns': xmlNamespace,
          // Operations without an output have no result.
          ...(output ? { [`${name}Result`]: xmlOf(output) } : {}),
          ResponseMetadata: { RequestId: requestId },
        },
      }),
    }),
    renderError: ({ status, code, message, headers }, { requestId }) => ({
      status,
      headers,
      body: renderXml({
        ErrorResponse: {
          '@xmlns': xmlNamespace,
          Error: {
            Type: status < 500 ? 'Sender' : 'Receiver',
            Code: code,
            // Some errors of AWS have no text, and then no member for it.
            ...(message === '' ? {} : { Message: message }),
          },
          RequestId: requestId,
        },
      }),
    }),
    headers: ({ requestId }) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId }),
    unknownOperation: ({ query }) =>
      new AwsError(
        'InvalidAction',
        `Could not find operation ${query.get('Action') ?? ''} for version ${query.get('Version') ?? 'NO_VERSION_SPECIFIED'}`,
      ),
  };
}

/** The form of a request: its body, after what stands in the query. */
function formOf(request: WireRequest, body: Buffer): URLSearchParams {
  const form = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) form.append(name, value);
  return form;
}

type Tree = Map<string, Tree | string>;

/** Members by their dotted names; `Name.member.1.Key` is the first of a list. All values are texts. */
export function decodeForm(form: Iterable<[string, string]>): JsonObject {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    const segments = name.split('.');
    if (segments.length > MAX_SEGMENTS) continue;
    let node = root;
    for (const segment of segments.slice(0, -1)) {
      let next = node.get(segment);
      if (!(next instanceof Map)) {
        next = new Map();
        node.set(segment, next);
      }
      node = next;
    }
    // The first of two members of one name counts, as it does where the caller is authorized.
    const last = segments.at(-1)!;
    if (!node.has(last)) node.set(last, value);
  }
  return jsonOf(root) as JsonObject;
}

function jsonOf(tree: Tree | string): Json {
  if (typeof tree === 'string') return tree;
  const list = tree.get('member');
  if (tree.size === 1 && list instanceof Map) {
    return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => jsonOf(item));
  }
  return Object.fromEntries([...tree].map(([name, member]) => [name, jsonOf(member)]));
}

/** Times in ISO 8601 to the second where they are whole, lists as `member` elements, `Map`s as `entry` elements. */
function xmlOf(value: unknown): unknown {
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z');
  if (value instanceof Map) {
    return { entry: [...value].map(([key, member]) => ({ key, value: xmlOf(member) })) };
  }
  if (Array.isArray(value)) return { member: value.map(xmlOf) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, xmlOf(member)]));
}
