import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { LookupFunction } from 'node:net';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, startLambda } from './fixture.ts';

const ECHO = `export const handler = async (event) => event;`;

const ANSWERS = `
export const handler = async ({ body, rawPath }) => {
  if (rawPath === '/throw') throw new Error('no');
  return JSON.parse(body);
};`;

const STREAMS = `
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === '/plain') stream.setContentType('text/x-plain');
  else stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-own': '1' }, cookies: ['a=b'] });
  stream.write('first ');
  await wait(event.rawPath === '/slow' ? 1500 : 5);
  stream.write('second');
  stream.end();
});`;

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  text: string;
  /** Milliseconds from the first byte of the body to its end. */
  spreadMs: number;
}

/** A request by host name, which needs no name to be resolved: the connection goes to the listener. */
async function call(
  fixture: LambdaFixture,
  url: string,
  options: {
    method?: string;
    path?: string;
    headers?: { [name: string]: string };
    body?: string | Buffer;
  } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const outgoing = request({
    host: '127.0.0.1',
    port: fixture.emulator.port,
    method: options.method ?? 'GET',
    path: options.path ?? '/',
    headers: { host: `${hostname}:${port}`, ...options.headers },
  });
  outgoing.end(options.body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let firstMs = 0;
  let text = '';
  for await (const chunk of incoming) {
    firstMs ||= performance.now();
    text += String(chunk);
  }
  return {
    status: incoming.statusCode,
    headers: incoming.headers,
    text,
    spreadMs: firstMs === 0 ? 0 : performance.now() - firstMs,
  };
}

describe('function URLs', () => {
  let fixture: LambdaFixture;
  beforeAll(async () => {
    fixture = await startLambda();
    await fixture.deploy('echo', ECHO);
    await fixture.deploy('answers', ANSWERS);
    await fixture.deploy('streams', STREAMS);
  });
  afterAll(() => fixture.stop());

  const create = async (FunctionName: string, overrides: object = {}) =>
    (
      await fixture.lambda.send(
        new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...overrides }),
      )
    ).FunctionUrl!;

  it('are configured, shown, listed and deleted', async () => {
    const { lambda } = fixture;
    const FunctionName = 'echo';
    const created = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
    const url = created.FunctionUrl!;
    expect(url).toMatch(/^http:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost:\d+\/$/);
    expect(created).toMatchObject({
      AuthType: 'NONE',
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    });
    expect(Object.keys(created).sort()).not.toContain('InvokeMode');
    await expect(
      lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' })),
    ).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message:
        'Failed to create function url config for [functionArn = arn:aws:lambda:us-east-1:000000000000:function:echo]. Error message:  FunctionUrlConfig exists for this Lambda function',
    });
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const aliasUrl = await create('echo', { Qualifier: 'live', InvokeMode: 'RESPONSE_STREAM' });
    const { FunctionUrlConfigs } = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }));
    expect(FunctionUrlConfigs).toMatchObject([
      { FunctionUrl: url, InvokeMode: 'BUFFERED' },
      { FunctionUrl: aliasUrl, InvokeMode: 'RESPONSE_STREAM' },
    ]);
    const Cors = { AllowOrigins: ['https://sky.example'], AllowMethods: ['GET'], MaxAge: 60 };
    await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, Cors }));
    const shown = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }));
    expect(shown).toMatchObject({ AuthType: 'NONE', InvokeMode: 'BUFFERED', Cors });
    await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
    await expect(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    });
    const gone = await call(fixture, url);
    expect(gone).toMatchObject({ status: 403, text: '{"Message":null}' });
    expect(gone.headers['x-amzn-errortype']).toBe('AccessDeniedException');
  });

  // Recorded: an update without InvokeMode keeps it, and shows it when it was ever given.
  it('keep their mode when an update leaves it out', async () => {
    await fixture.deploy('modes', ECHO);
    const FunctionName = 'modes';
    await create(FunctionName, { InvokeMode: 'RESPONSE_STREAM' });
    const { lambda } = fixture;
    const updated = await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
    expect(updated.InvokeMode).toBe('RESPONSE_STREAM');
    const shown = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }));
    expect(shown.InvokeMode).toBe('RESPONSE_STREAM');
  });

  it('of an alias are forbidden when the alias is gone, and gone when it comes back', async () => {
    const { lambda } = fixture;
    const FunctionName = 'echo';
    const alias = { FunctionName, Name: 'brief', FunctionVersion: '$LATEST' };
    await lambda.send(new CreateAliasCommand(alias));
    const url = await create(FunctionName, { Qualifier: 'brief' });
    expect((await call(fixture, url)).status).toBe(200);
    await lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'brief' }));
    expect(await call(fixture, url)).toMatchObject({ status: 403, text: '{"Message":"Forbidden"}' });
    const get = () => lambda.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier: 'brief' }));
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await lambda.send(new CreateAliasCommand(alias));
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await call(fixture, url)).toMatchObject({ status: 403, text: '{"Message":null}' });
    await lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'brief' }));
  });

  // Recorded: an encoded percent sign arrives as itself, other escapes as they were sent.
  it('decode percent signs of the path', async () => {
    await fixture.deploy('percent', ECHO);
    const url = await create('percent');
    const answer = await call(fixture, url, { path: '/pa2%25Fth/1%20' });
    const event = JSON.parse(answer.text);
    expect(event.rawPath).toBe('/pa2%Fth/1%20');
    expect(event.requestContext.http.path).toBe('/pa2%Fth/1%20');
  });

  it('are sandboxed when a browser navigates to them', async () => {
    await fixture.deploy(
      'page',
      `export const handler = async () => ({ statusCode: 200,
      headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" }, body: '<p>' });`,
    );
    const url = await create('page');
    const policyOf = async (headers: { [name: string]: string }) =>
      (await call(fixture, url, { headers })).headers['content-security-policy'];
    expect(await policyOf({})).toBe("default-src 'self'");
    expect(await policyOf({ 'sec-fetch-mode': 'navigate' })).toBe("default-src 'self', sandbox");
  });

  it.each([
    [{ FunctionName: 'none', AuthType: 'NONE' }, 'Function does not exist'],
    [{ FunctionName: 'echo', AuthType: 'NONE', Qualifier: 'none' }, 'Function does not exist'],
    [{ FunctionName: 'echo', AuthType: 'NONE', Qualifier: '1' }, /Value '1' at 'qualifier'/],
    [{ FunctionName: 'echo', AuthType: 'NONE', Qualifier: '$LATEST' }, /Value '\$LATEST' at 'qualifier'/],
    [{ FunctionName: 'echo', AuthType: 'SOME' }, /Value 'SOME' at 'authType' .*\[AWS_IAM, NONE\]/],
    [{ FunctionName: 'echo', AuthType: 'NONE', Cors: { MaxAge: 86_401 } }, /at 'cors.maxAge'/],
  ])('refuse %j', async (input, message) => {
    await expect(
      fixture.lambda.send(new CreateFunctionUrlConfigCommand(input as never)),
    ).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('give the function an event of format 2.0', async () => {
    const url = await create('echo', { Cors: { AllowOrigins: ['*'] } });
    const { status, text, headers } = await call(fixture, url, {
      method: 'POST',
      path: '/a%20b/c?x=1&y=2&x=3',
      headers: { 'content-type': 'application/json', cookie: 'k=v; l=w', 'x-two': 'T', 'user-agent': 'me' },
      body: '{"n":1}',
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    const event = JSON.parse(text);
    const id = new URL(url).hostname.split('.')[0];
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'x=1&y=2&x=3',
      cookies: ['k=v', 'l=w'],
      queryStringParameters: { x: '1,3', y: '2' },
      headers: { 'content-type': 'application/json', 'x-two': 'T', 'x-forwarded-proto': 'http' },
      requestContext: {
        accountId: 'anonymous',
        apiId: id,
        domainPrefix: id,
        stage: '$default',
        requestId: headers['x-amzn-requestid'],
        http: {
          method: 'POST',
          path: '/a%20b/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'me',
        },
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(event.requestContext.time).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    const binary = JSON.parse(
      (await call(fixture, url, { method: 'PUT', body: Buffer.from([0xff, 0]) })).text,
    );
    expect(binary).toMatchObject({ body: '/wA=', isBase64Encoded: true });
    expect(binary.queryStringParameters).toBeUndefined();
    const none = JSON.parse((await call(fixture, url)).text);
    expect(none).toMatchObject({ isBase64Encoded: false, rawPath: '/', rawQueryString: '' });
    expect(none.body).toBeUndefined();
    // The same without a name to resolve.
    const byPath = await fetch(`${fixture.emulator.endpoint}/_cosmicai/lambda-url/${id}/deep?q`);
    expect(await byPath.json()).toMatchObject({ rawPath: '/deep', rawQueryString: 'q' });
    // Cross-origin requests.
    const preflight = await call(fixture, url, {
      method: 'OPTIONS',
      headers: { origin: 'https://sky.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight).toMatchObject({ status: 200, text: '' });
    expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  it.each([
    ['a string', '"plain"', 200, 'plain', 'application/json'],
    ['a number', '7', 200, '7', 'application/json'],
    ['an object', '{"a":[1]}', 200, '{"a":[1]}', 'application/json'],
    [
      'a response',
      '{"statusCode":418,"headers":{"Content-Type":"text/css"},"body":"tea"}',
      418,
      'tea',
      'text/css',
    ],
    ['a status alone', '{"statusCode":204}', 204, '', 'application/json'],
    [
      'a body in base64',
      '{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}',
      200,
      'hi',
      'application/json',
    ],
    ['a body that is an object', '{"statusCode":200,"body":{"a":1}}', 200, '{"a":1}', 'application/json'],
    ['a status that is none', '{"statusCode":"nine"}', 502, 'Internal Server Error', 'application/json'],
  ])('answer what the function returns: %s', async (_title, body, status, text, contentType) => {
    const { FunctionUrl } = await fixture.lambda
      .send(new GetFunctionUrlConfigCommand({ FunctionName: 'answers' }))
      .catch(async () => ({ FunctionUrl: await create('answers') }));
    const answer = await call(fixture, FunctionUrl!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-type']).toBe(contentType);
  });

  it('answer 502 for a function that fails, and set cookies', async () => {
    const { FunctionUrl } = await fixture.lambda.send(
      new GetFunctionUrlConfigCommand({ FunctionName: 'answers' }),
    );
    expect(await call(fixture, FunctionUrl!, { path: '/throw' })).toMatchObject({
      status: 502,
      text: 'Internal Server Error',
    });
    const { headers } = await call(fixture, FunctionUrl!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"statusCode":200,"cookies":["a=1","b=2; Secure"]}',
    });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2; Secure']);
  });

  it('stream the response as it is written, its prelude as status and headers', async () => {
    const url = await create('streams', { InvokeMode: 'RESPONSE_STREAM' });
    const slow = await call(fixture, url, { path: '/slow' });
    expect(slow).toMatchObject({ status: 201, text: 'first second' });
    expect(slow.headers).toMatchObject({ 'x-own': '1', 'set-cookie': ['a=b'] });
    expect(slow.spreadMs).toBeGreaterThan(1000);
    const plain = await call(fixture, url, { path: '/plain' });
    expect(plain).toMatchObject({ status: 200, text: 'first second' });
    expect(plain.headers['content-type']).toBe('text/x-plain');
    // The same function behind a buffered URL.
    await fixture.lambda.send(
      new UpdateFunctionUrlConfigCommand({ FunctionName: 'streams', InvokeMode: 'BUFFERED' }),
    );
    expect(await call(fixture, url, { path: '/fast' })).toMatchObject({ status: 201, text: 'first second' });
  });

  it('with AWS_IAM take signed calls alone', async () => {
    await fixture.deploy('private', ECHO);
    const url = await create('private', { AuthType: 'AWS_IAM' });
    expect(await call(fixture, url)).toMatchObject({ status: 403, text: '{"Message":"Forbidden"}' });
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00';
    const signed = await call(fixture, url, { headers: { authorization } });
    expect(signed.status).toBe(200);
    expect(JSON.parse(signed.text).requestContext).toMatchObject({
      accountId: '000000000000',
      authorizer: { iam: { accessKey: 'test', accountId: '000000000000' } },
    });
  });
});

it('where policies are enforced, a public URL needs a policy that lets everybody in', async () => {
  const fixture = await startLambda({ iam: { enforcement: 'enforce' } });
  try {
    const { IAMClient, CreateRoleCommand } = await import('@aws-sdk/client-iam');
    const iam = new IAMClient({
      endpoint: fixture.emulator.endpoint,
      region: 'us-east-1',
      credentials: fixture.emulator.iam.rootKey(),
    });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'test',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        }),
      }),
    );
    iam.destroy();
    await fixture.deploy('open', ECHO);
    const { FunctionUrl } = await fixture.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: 'open', AuthType: 'NONE' }),
    );
    expect(await call(fixture, FunctionUrl!)).toMatchObject({ status: 403 });
    // A permission on another condition is none.
    await fixture.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'open',
        StatementId: 'signed',
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'AWS_IAM',
      }),
    );
    expect(await call(fixture, FunctionUrl!)).toMatchObject({ status: 403 });
    await fixture.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'open',
        StatementId: 'url',
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
      }),
    );
    expect(await call(fixture, FunctionUrl!)).toMatchObject({ status: 200 });
  } finally {
    await fixture.stop();
  }
});

it('with AWS_IAM refuse a signature that is wrong, where signatures are verified', async () => {
  const fixture = await startLambda({ verifySignatures: true });
  try {
    await fixture.deploy('private', ECHO);
    const { FunctionUrl } = await fixture.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: 'private', AuthType: 'AWS_IAM' }),
    );
    const key = fixture.emulator.iam.rootKey();
    // Whatever an SDK's client signs for Lambda is a signed call of the URL.
    const send = async (secretAccessKey: string) => {
      const lookup: LookupFunction = (_host, { all }, done) =>
        all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
      const client = new LambdaClient({
        endpoint: FunctionUrl!,
        region: 'us-east-1',
        credentials: { ...key, secretAccessKey },
        maxAttempts: 1,
        requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup }) }),
      });
      try {
        const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'any', Payload: '{}' }));
        return JSON.parse(Payload!.transformToString()).rawPath;
      } finally {
        client.destroy();
      }
    };
    expect(await send(key.secretAccessKey)).toBe('/2015-03-31/functions/any/invocations');
    await expect(send('wrong')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  } finally {
    await fixture.stop();
  }
});
