/** The condition key aws:SourceIp is the address that a client connects from. Linux has all of 127.0.0.0/8. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let accessKeyId: string;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  const root = new IAMClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: emulator.iam.rootKey(),
  });
  await root.send(new CreateUserCommand({ UserName: 'office' }));
  await root.send(
    new PutUserPolicyCommand({
      UserName: 'office',
      PolicyName: 'from-the-office',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['iam:ListUsers', 's3:DeleteObject', 's3:ListAllMyBuckets'],
            Resource: '*',
            Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.2/32' } },
          },
        ],
      }),
    }),
  );
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: 'office' }));
  accessKeyId = AccessKey!.AccessKeyId!;
  const buckets = await send('PUT', '/documents', 's3', emulator.iam.rootKey().accessKeyId, '127.0.0.1');
  expect(buckets.status).toBe(200);
  root.destroy();
});
afterAll(() => emulator.stop());

function send(
  method: string,
  path: string,
  service: string,
  key: string,
  localAddress: string,
  { body = '', headers = {} }: { body?: string; headers?: { [name: string]: string } } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
    const { port } = emulator;
    const outgoing = request(
      { host: '127.0.0.1', port, localAddress, method, path, headers: { authorization, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe.runIf(process.platform === 'linux')('aws:SourceIp', () => {
  it.each([
    ['127.0.0.2', 200],
    ['127.0.0.1', 403],
  ])('of a client at %s decides over a query and a list of buckets: %d', async (address, status) => {
    const query = '/?Action=ListUsers&Version=2010-05-08';
    expect((await send('GET', query, 'iam', accessKeyId, address)).status).toBe(status);
    expect((await send('GET', '/', 's3', accessKeyId, address)).status).toBe(status);
  });

  it.each([
    ['127.0.0.2', '<Deleted>'],
    ['127.0.0.1', '<Code>AccessDenied</Code>'],
  ])('of a client at %s decides over each key of DeleteObjects', async (address, expected) => {
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    const { text } = await send('POST', '/documents?delete', 's3', accessKeyId, address, { body, headers });
    expect(text).toContain(expected);
  });
});
