/** The whole listener against what no SDK would send: it refuses clearly, lives, and its memory stays. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { sendRaw, statusOf } from '../raw-socket.ts';

let emulator: Emulator;
const logged: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, log: (line) => logged.push(line) });
});

afterAll(async () => {
  await emulator.stop();
});

const raw = (bytes: string | Buffer) => sendRaw(emulator.port, bytes);
const status = statusOf;

const post = (path: string, headers: Record<string, string>, body: string | Buffer) =>
  raw(
    Buffer.concat([
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${Object.entries(
          headers,
        )
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      ),
      Buffer.from(body),
    ]),
  );

const lives = async () =>
  expect(status(await raw('GET /_cosmicai/health HTTP/1.1\r\nhost: localhost\r\n\r\n'))).toBe(200);

describe('requests that are no HTTP', () => {
  it.each([
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197) % 256))],
    ['a negative length', 'PUT /a/b HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\nx'],
    [
      'two lengths',
      'PUT /a/b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx',
    ],
    [
      'length and chunks',
      'PUT /a/b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a length beyond numbers',
      `PUT /a/b HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${'9'.repeat(40)}\r\n\r\nx`,
    ],
    [
      'a malformed chunk',
      'PUT /a/b HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nhost: localhost\r\nx-a: \0\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: localhost\r\n: a\r\n\r\n'],
    ['headers without end', `GET / HTTP/1.1\r\nhost: localhost\r\n${'x-a: b\r\n'.repeat(20_000)}\r\n`],
    ['a line without end', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
  ])('get an answer of 4xx or none for %s', async (_name, bytes) => {
    const answer = await raw(bytes);
    if (answer !== '') expect(Math.floor(status(answer) / 100)).toBe(4);
    await lives();
  });

  it('end at garbage behind a good request', async () => {
    const answer = await raw(
      `GET /_cosmicai/health HTTP/1.1\r\nhost: localhost\r\n\r\n${'\x01garbage\r\n'.repeat(50)}`,
    );
    // Whether the good one is still answered is the parser's affair; the connection ends with a refusal.
    expect(answer).toContain('HTTP/1.1 400');
    await lives();
  });

  it('are each answered when they come in one piece', async () => {
    const one = 'GET /absent-bucket/a HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const answer = await raw(one.repeat(20));
    expect(answer.match(/HTTP\/1\.1 404/g)).toHaveLength(20);
  });
});

describe('bodies of every service', () => {
  const deepJson = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const deepObject = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' });

  it.each([
    ['Step Functions', '/', json('AWSStepFunctions.CreateStateMachine')],
    ['CloudWatch Logs', '/', json('Logs_20140328.PutLogEvents')],
    ['Lambda', '/2015-03-31/functions', { 'content-type': 'application/json' }],
    ['chaos', '/_cosmicai/chaos', {}],
  ])('100,000 levels of JSON are refused by %s', async (_name, path, headers) => {
    for (const body of [deepJson, deepObject]) {
      const answer = await post(path, headers as Record<string, string>, body);
      expect(Math.floor(status(answer) / 100)).toBe(4);
    }
    await lives();
  });

  it('100,000 levels in the input of an execution harm nobody', async () => {
    const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
    const machine = JSON.stringify({ name: 'deep', definition, roleArn: 'arn:aws:iam::000000000000:role/a' });
    const made = await post('/', json('AWSStepFunctions.CreateStateMachine'), machine);
    const stateMachineArn = /"stateMachineArn":"(.*?)"/.exec(made)?.[1];
    expect(stateMachineArn).toBeDefined();
    const answer = await post(
      '/',
      json('AWSStepFunctions.StartExecution'),
      JSON.stringify({ stateMachineArn, input: deepJson }),
    );
    expect([200, 400]).toContain(status(answer));
    await lives();
  });

  it('100,000 levels of XML, entities and a billion laughs are refused by S3', async () => {
    await raw('PUT /hostile HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n');
    const laughs = `<!DOCTYPE l [<!ENTITY a "${'ha'.repeat(1000)}">${'bcdefghij'
      .split('')
      .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`)
      .join('')}]><Tagging><TagSet><Tag><Key>&j;</Key><Value/></Tag></TagSet></Tagging>`;
    for (const body of [
      `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`,
      laughs,
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Tagging><TagSet/></Tagging>',
    ]) {
      const answer = await raw(
        `PUT /hostile?tagging HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      expect([status(answer), answer.includes('<Code>MalformedXML</Code>')]).toEqual([400, true]);
      expect(answer).not.toContain('root:');
    }
    await lives();
  });
});

describe('clients that take their time', () => {
  it('hold up nobody else, however many hang in their headers or bodies', async () => {
    const slow = Array.from({ length: 200 }, (_, i) => {
      const socket = connect(emulator.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        i % 2 === 0
          ? 'GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: '
          : 'PUT /hostile/slow HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\nx',
      );
      return socket;
    });
    try {
      await lives();
    } finally {
      for (const socket of slow) socket.destroy();
    }
    expect(status(await raw('HEAD /hostile/slow HTTP/1.1\r\nhost: localhost\r\n\r\n'))).toBe(404);
  });

  it('cost no memory that stays', async () => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          raw(
            `PUT /hostile/cut HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n${'x'.repeat(200_000)}`,
          ),
        ),
      );
    }
    globalThis.gc?.();
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    await lives();
  });
});

it('no request was an internal error', () => {
  expect(logged.filter((line) => line.startsWith('internal error'))).toEqual([]);
});
