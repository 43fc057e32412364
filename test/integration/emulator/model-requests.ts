/** A request for every operation that the emulator serves, generated from AWS's models: what attacks are tried with. */
import { request as httpRequest } from 'node:http';
import { ServiceModel, type Shape } from '../../../harness/emulator/http/model/service-model.ts';
import type { ServiceName } from '../../../harness/emulator/http/wire.ts';
import cloudwatch from '../../../harness/emulator/models/cloudwatch.json' with { type: 'json' };
import iam from '../../../harness/emulator/models/iam.json' with { type: 'json' };
import lambda from '../../../harness/emulator/models/lambda.json' with { type: 'json' };
import logs from '../../../harness/emulator/models/logs.json' with { type: 'json' };
import s3 from '../../../harness/emulator/models/s3.json' with { type: 'json' };
import stepfunctions from '../../../harness/emulator/models/stepfunctions.json' with { type: 'json' };
import sts from '../../../harness/emulator/models/sts.json' with { type: 'json' };
import { MANIFESTS } from '../../../harness/emulator/services/manifests.ts';

const MODELS: Record<ServiceName, ServiceModel> = {
  cloudwatch: new ServiceModel(cloudwatch),
  iam: new ServiceModel(iam),
  lambda: new ServiceModel(lambda),
  logs: new ServiceModel(logs),
  s3: new ServiceModel(s3),
  stepfunctions: new ServiceModel(stepfunctions),
  sts: new ServiceModel(sts),
};
const VERSIONS: Partial<Record<ServiceName, string>> = { iam: '2010-05-08', sts: '2011-06-15' };
const TARGETS: Partial<Record<ServiceName, string>> = {
  cloudwatch: 'GraniteServiceVersion20100801',
  logs: 'Logs_20140328',
  stepfunctions: 'AWSStepFunctions',
};

export interface PlainRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The request of an operation with the members it requires; undefined where AWS's model has no such operation. */
export function requestOf(service: ServiceName, operation: string): PlainRequest | undefined {
  const model = MODELS[service];
  const described = model.operation(operation);
  if (!described) return undefined;
  const input = model.inputOf(operation);
  const members = input ? (sampleOf(model, input, 0, service) as Record<string, unknown>) : {};
  const target = TARGETS[service];
  if (target !== undefined) {
    return {
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': `${target}.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify(members),
    };
  }
  const version = VERSIONS[service];
  if (version !== undefined) {
    const form = new URLSearchParams({ Action: operation, Version: version });
    flatten(members, '', form);
    return {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    };
  }
  return restRequest(described.http, input, members);
}

function restRequest(
  [method, uri]: readonly [string, string],
  input: Shape | undefined,
  members: Record<string, unknown>,
): PlainRequest {
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  const query: string[] = [];
  let path = uri;
  for (const [name, reference] of Object.entries(input?.members ?? {})) {
    const value = members[name];
    const wireName = reference.name ?? name;
    if (reference.in === 'uri')
      path = path.replace(new RegExp(`\\{${wireName}\\+?\\}`), encodeURIComponent(String(value ?? 'name')));
    else if (value === undefined) continue;
    else if (reference.in === 'querystring') query.push(`${wireName}=${encodeURIComponent(String(value))}`);
    else if (reference.in === 'header') headers[wireName.toLowerCase()] = String(value);
    else if (reference.in === undefined) body[wireName] = value;
  }
  const separator = path.includes('?') ? '&' : '?';
  const hasBody = (method === 'POST' || method === 'PUT') && input?.payload === undefined;
  return {
    method,
    path: query.length > 0 ? `${path}${separator}${query.join('&')}` : path,
    headers,
    body: hasBody ? JSON.stringify(body) : '',
  };
}

/** The bucket that requests to S3 name; a test creates it. */
export const ATTACKED_BUCKET = 'attacked';

/** Values that are looked at before a caller is refused: they have to be well-formed. */
const ARNS: Partial<Record<ServiceName, string>> = {
  sts: 'arn:aws:iam::000000000000:role/name',
  stepfunctions: 'arn:aws:states:us-east-1:000000000000:stateMachine:name:1',
};

/** A value of a shape, with its required members only. */
function sampleOf(
  model: ServiceModel,
  shape: Shape,
  depth: number,
  service: ServiceName,
  member = '',
): unknown {
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        (shape.required ?? []).map((name) => [
          name,
          sampleOf(model, model.shape(shape.members![name]!.shape), depth + 1, service, name),
        ]),
      );
    case 'list':
      return depth > 6 ? [] : [sampleOf(model, model.shape(shape.member!.shape), depth + 1, service)];
    case 'map':
      return {};
    case 'boolean':
      return true;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return shape.min ?? 1;
    case 'timestamp':
      return 1_700_000_000;
    default:
      if (service === 's3' && member === 'Bucket') return ATTACKED_BUCKET;
      if (member === 'CopySource') return `${ATTACKED_BUCKET}/name`;
      if (/arn$/i.test(member) && ARNS[service] !== undefined) return ARNS[service];
      return shape.enum?.[0] ?? 'n'.repeat(Math.max(shape.min ?? 1, 1));
  }
}

function flatten(value: unknown, prefix: string, form: URLSearchParams): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) flatten(item, `${prefix}.member.${i + 1}`, form);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      flatten(member, prefix === '' ? name : `${prefix}.${name}`, form);
  } else form.set(prefix, String(value));
}

/** An Authorization header that names an access key; its signature is no signature. */
export function signedAs(service: ServiceName, accessKeyId: string, region = 'us-east-1'): string {
  const { signingNames } = MANIFESTS.find(({ name }) => name === service)!;
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${date}/${region}/${signingNames[0]}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
}

export interface PlainAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends a request as it is: fetch would refuse Host, Origin and Sec-Fetch headers. */
export function send(
  port: number,
  { method, path, headers, body }: PlainRequest,
  more: Record<string, string> = {},
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          host: `localhost:${port}`,
          'content-length': String(Buffer.byteLength(body)),
          ...headers,
          ...more,
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode!, headers: incoming.headers, text }),
        );
        incoming.once('error', reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** AWS's error code in an answer of any protocol. */
export function codeOf({ headers, text }: PlainAnswer): string | undefined {
  const header = headers['x-amzn-errortype'];
  if (typeof header === 'string') return header;
  return (
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ??
    /"__type":"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ??
    (text.includes('AccessDenied') ? 'AccessDenied' : undefined)
  );
}
