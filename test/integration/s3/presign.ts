/** Presigned URLs of version 4, made by hand: with any query and exactly the headers that are named. */
import { createHash, createHmac } from 'node:crypto';

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** @param path percent-encoded, without a query */
export function presign(
  endpoint: string,
  method: string,
  path: string,
  options: { query?: { [name: string]: string }; headers?: { [name: string]: string } } = {},
): string {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const headers: { [name: string]: string } = { ...options.headers, host: new URL(endpoint).host };
  const names = Object.keys(headers).sort();
  const query = {
    ...options.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `test/${scope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '300',
    'X-Amz-SignedHeaders': names.join(';'),
  };
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
  const canonical = [
    method,
    path,
    canonicalQuery,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const hmac = (key: string | Buffer, value: string) => createHmac('sha256', key).update(value).digest();
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), 'AWS4test');
  return `${endpoint}${path}?${canonicalQuery}&X-Amz-Signature=${hmac(key, text).toString('hex')}`;
}
