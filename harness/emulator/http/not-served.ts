/**
 * Answers requests for AWS services that this emulator does not serve: in the client's protocol, naming the service,
 * so that nothing is taken for an operation of another service.
 */
import { renderXml } from './protocols/xml.ts';
import type { NotServed } from './routing.ts';
import type { WireRequest, WireResponse } from './wire.ts';

/** Smithy's protocols by their names in AWS's models. */
type Protocol = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'ec2' | 'smithy-rpc-v2-cbor';

interface Table {
  protocols: { readonly [signingName: string]: string };
  targets: { readonly [target: string]: string };
}

const STATUS = 501;
const CODE = 'NotImplemented';

/** The answer, in the protocol of the service or, where AWS has no such service, in the one the request speaks. */
export async function answerNotServed(found: NotServed, request: WireRequest): Promise<WireResponse> {
  const { default: table } = (await import('../models/not-served.json', { with: { type: 'json' } })) as {
    default: Table;
  };
  const ofTarget =
    found.target === undefined || !Object.hasOwn(table.targets, found.target)
      ? undefined
      : table.targets[found.target];
  const name = ofTarget ?? found.signingName ?? found.hostLabel ?? found.target ?? 'the service';
  const protocol = protocolOf(table, name, request);
  const message = `${name} is not served by cosmicai: delegate it to another endpoint, or mock the states that call it.`;
  return render(protocol, message, request);
}

function protocolOf({ protocols }: Table, name: string, { headers, query }: WireRequest): Protocol {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'smithy-rpc-v2-cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  if (Object.hasOwn(protocols, name)) return protocols[name] as Protocol;
  return query.has('Action') ? 'query' : 'rest-json';
}

function render(protocol: Protocol, message: string, { requestId }: WireRequest): WireResponse {
  const xml = (body: object): WireResponse => ({
    status: STATUS,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: renderXml(body),
  });
  switch (protocol) {
    case 'query':
      return xml({
        ErrorResponse: { Error: { Type: 'Receiver', Code: CODE, Message: message }, RequestId: requestId },
      });
    case 'ec2':
      return xml({ Response: { Errors: { Error: { Code: CODE, Message: message } }, RequestID: requestId } });
    case 'rest-xml':
      return xml({
        ErrorResponse: { Error: { Type: 'Receiver', Code: CODE, Message: message }, RequestId: requestId },
      });
    default:
      return {
        status: STATUS,
        headers: {
          'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': CODE,
        },
        body: JSON.stringify({ __type: CODE, message }),
      };
  }
}
