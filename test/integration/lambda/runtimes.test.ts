import {
  CreateFunctionCommand,
  GetLayerVersionCommand,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCompleteEvent,
  ListLayersCommand,
  PublishLayerVersionCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../harness/core/clock.ts';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda();
});
afterAll(() => fixture.stop());

const publish = async (LayerName: string, files: { [name: string]: string }) => {
  const layer = await fixture.lambda.send(
    new PublishLayerVersionCommand({
      LayerName,
      Content: { ZipFile: zipOf(files) },
      CompatibleRuntimes: ['nodejs20.x'],
    }),
  );
  return layer.LayerVersionArn!;
};

describe("AWS's SDK", () => {
  const body = 'const names = new S3Client({}).config.serviceId; exports.handler = async () => names;';
  it.each([
    ['index.js', `const { S3Client } = require('@aws-sdk/client-s3'); ${body}`],
    [
      'index.mjs',
      "import { S3Client } from '@aws-sdk/client-s3'; export const handler = async () => new S3Client({}).config.serviceId;",
    ],
  ])('is there without being packed, for %s', async (file, source) => {
    const name = `sdk-${file.replace('.', '-')}`;
    await fixture.deploy(name, '', { Code: { ZipFile: zipOf({ [file]: source }) } });
    const { payload, log } = await fixture.invoke(name);
    expect(payload, log).toBe('S3');
  });

  it('leaves what is missing missing', async () => {
    await fixture.deploy('lacking', "import a from 'yaml'; export const handler = async () => a;");
    const { payload } = await fixture.invoke('lacking');
    expect(payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining("Cannot find package 'yaml' imported from"),
    });
  });
});

describe('layers', () => {
  it('are found by the function, the later one on top', async () => {
    const below = await publish('below', {
      'nodejs/node_modules/shared/index.js': 'module.exports = "below";',
      'nodejs/node_modules/alone/index.js': 'module.exports = "alone";',
    });
    const above = await publish('above', {
      'nodejs/node_modules/shared/index.js': 'module.exports = "above";',
    });
    expect(above).toBe('arn:aws:lambda:us-east-1:000000000000:layer:above:1');
    await fixture.deploy('layered', '', {
      Layers: [below, above],
      Code: {
        ZipFile: zipOf({
          'index.js': 'exports.handler = async () => [require("shared"), require("alone")];',
        }),
      },
    });
    expect((await fixture.invoke('layered')).payload).toEqual(['above', 'alone']);
    const { Layers } = await fixture.lambda.send(new ListLayersCommand());
    expect(Layers!.map((layer) => layer.LayerName)).toEqual(['above', 'below']);
    const { Content } = await fixture.lambda.send(
      new GetLayerVersionCommand({ LayerName: 'below', VersionNumber: 1 }),
    );
    expect((await fetch(Content!.Location!)).status).toBe(200);
  });

  it('are found by import as by require', async () => {
    const layer = await publish('modules', {
      'nodejs/node_modules/in-layer/package.json': '{"exports":{"import":"./index.mjs"}}',
      'nodejs/node_modules/in-layer/index.mjs': 'export default "of the layer";',
    });
    const source = 'import found from "in-layer"; export const handler = async () => found;';
    await fixture.deploy('importing', source, { Layers: [layer] });
    expect((await fixture.invoke('importing')).payload).toBe('of the layer');
  });

  it('must exist', async () => {
    const missing = 'arn:aws:lambda:us-east-1:000000000000:layer:none:3';
    await expect(
      fixture.lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'unlayered',
          Runtime: 'nodejs20.x',
          Role: ROLE,
          Handler: 'index.handler',
          Layers: [missing],
          Code: { ZipFile: zipOf({ 'index.js': '' }) },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Layer version ${missing} does not exist.`,
    });
  });
});

describe('runtimes', () => {
  it('provided.al2023 runs the package its own way', async () => {
    const bootstrap = `#!/bin/sh
      set -e
      echo "own runtime starts"
      while true; do
        head=$(mktemp)
        event=$(curl -sS -D "$head" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
        id=$(grep -i lambda-runtime-aws-request-id "$head" | tr -d '[:space:]' | cut -d: -f2)
        curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"own\\":$event}" > /dev/null
      done`;
    const ZipFile = zipSync({ bootstrap: [strToU8(bootstrap), { os: 3, attrs: 0o100755 << 16 }] });
    await fixture.deploy('own', '', { Runtime: 'provided.al2023', Handler: 'any', Code: { ZipFile } });
    expect((await fixture.invoke('own', { n: 1 })).payload).toEqual({ own: { n: 1 } });
    expect((await fixture.invoke('own', { n: 2 })).payload).toEqual({ own: { n: 2 } });
    expect(await fixture.messages('own', '"own runtime starts"')).toHaveLength(1);
  });

  it('streams a response through, buffered for Invoke', async () => {
    await fixture.deploy(
      'streams',
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
         for (let i = 0; i < event.n; i++) stream.write(JSON.stringify('part ' + i) + (i < event.n - 1 ? ',' : ''));
         stream.end();
       });`,
    );
    expect((await fixture.invoke('streams', { n: 1 })).payload).toBe('part 0');
    const { EventStream, StatusCode } = await fixture.lambda.send(
      new InvokeWithResponseStreamCommand({ FunctionName: 'streams', Payload: '{"n":3}', LogType: 'Tail' }),
    );
    expect(StatusCode).toBe(200);
    let text = '';
    let log = '';
    for await (const event of EventStream!) {
      text += Buffer.from(event.PayloadChunk?.Payload ?? []).toString();
      log += Buffer.from(event.InvokeComplete?.LogResult ?? '', 'base64').toString();
    }
    expect(text).toBe('"part 0","part 1","part 2"');
    expect(log).toContain('REPORT RequestId');
  });

  it('an error in the middle of a stream is told in its trailers', async () => {
    // A runtime of its own, as https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html has it.
    const bootstrap = `#!${process.execPath}
      const http = require('node:http');
      const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
      const call = (method, path, headers, write) => new Promise((settle) => {
        const outgoing = http.request({ host, port, method, path: '/2018-06-01/runtime/invocation/' + path, headers });
        outgoing.on('response', (answer) => answer.resume().on('end', () => settle(answer)));
        write(outgoing);
      });
      (async () => {
        for (;;) {
          const { headers } = await call('GET', 'next', {}, (out) => out.end());
          const id = headers['lambda-runtime-aws-request-id'];
          const streaming = {
            'Lambda-Runtime-Function-Response-Mode': 'streaming',
            'Transfer-Encoding': 'chunked',
            'Content-Type': 'text/plain',
            Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
          };
          await call('POST', id + '/response', streaming, (out) => {
            out.write('half of it');
            const body = JSON.stringify({ errorType: 'Own.Broken', errorMessage: 'in the middle', stackTrace: [] });
            out.addTrailers({
              'Lambda-Runtime-Function-Error-Type': 'Own.Broken',
              'Lambda-Runtime-Function-Error-Body': Buffer.from(body).toString('base64'),
            });
            out.end();
          });
        }
      })();`;
    const ZipFile = zipSync({ bootstrap: [strToU8(bootstrap), { os: 3, attrs: 0o100755 << 16 }] });
    await fixture.deploy('breaks', '', { Runtime: 'provided.al2023', Handler: 'any', Code: { ZipFile } });
    const stream = async () => {
      const { EventStream } = await fixture.lambda.send(
        new InvokeWithResponseStreamCommand({ FunctionName: 'breaks' }),
      );
      let text = '';
      let end: InvokeWithResponseStreamCompleteEvent | undefined;
      for await (const event of EventStream!) {
        text += Buffer.from(event.PayloadChunk?.Payload ?? []).toString();
        end ??= event.InvokeComplete;
      }
      return { text, end };
    };
    const details = { errorType: 'Own.Broken', errorMessage: 'in the middle', stackTrace: [] };
    for (let i = 0; i < 2; i++) {
      // The environment lives on: the runtime has told of the error itself.
      const { text, end } = await stream();
      expect(text).toBe('half of it');
      expect(end?.ErrorCode).toBe('Unhandled');
      expect(JSON.parse(end?.ErrorDetails ?? '')).toEqual(details);
    }
    const whole = await fixture.invoke('breaks');
    expect(whole.functionError).toBe('Unhandled');
    expect(whole.payload).toEqual(details);
  });

  it('a Node handler that fails in the middle of a stream tells so at once', async () => {
    await fixture.deploy(
      'halfway',
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
         stream.write('half of it');
         await new Promise((go) => setTimeout(go, 50));
         throw new TypeError('in the middle');
       });`,
      { Timeout: 60 },
    );
    for (let i = 0; i < 2; i++) {
      const { EventStream } = await fixture.lambda.send(
        new InvokeWithResponseStreamCommand({ FunctionName: 'halfway', LogType: 'Tail' }),
      );
      const events = [];
      for await (const event of EventStream!) events.push(event);
      expect(Buffer.from(events[0]!.PayloadChunk!.Payload!).toString()).toBe('half of it');
      const { ErrorCode, ErrorDetails, LogResult } = events.at(-1)!.InvokeComplete!;
      expect(ErrorCode).toBe('Unhandled');
      expect(JSON.parse(ErrorDetails!)).toMatchObject({
        errorType: 'TypeError',
        errorMessage: 'in the middle',
      });
      expect(Buffer.from(LogResult!, 'base64').toString()).toContain('Invoke Error');
    }
    const whole = await fixture.invoke('halfway');
    expect(whole.functionError).toBe('Unhandled');
    expect(whole.payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'in the middle' });
  });

  it('say how they log only where it is JSON, as recorded', async () => {
    const source = 'export const handler = async () => process.env;';
    await fixture.deploy('environment-text', source);
    await fixture.deploy('environment-json', source, { LoggingConfig: { LogFormat: 'JSON' } });
    const [text, json] = [await fixture.invoke('environment-text'), await fixture.invoke('environment-json')];
    expect(text.payload).toMatchObject({
      SHLVL: '0',
      TZ: ':UTC',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
    });
    expect(text.payload).not.toHaveProperty('AWS_LAMBDA_LOG_FORMAT');
    expect(json.payload).toMatchObject({ AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  });

  it('logs JSON when asked to', async () => {
    await fixture.deploy(
      'json',
      `export const handler = async () => { console.debug('not seen'); console.log({ n: 1 }); console.error(new Error('oh')); };`,
      { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', LogGroup: '/own/group' } },
    );
    const { log } = await fixture.invoke('json');
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'INFO', message: { n: 1 } },
      { level: 'ERROR', message: 'oh', errorType: 'Error' },
      { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
    ]);
    expect(lines[3].record.metrics.initDurationMs).toBeGreaterThan(0);
  });
});

describe('asynchronous invocations', () => {
  it('are tried three times, a minute and two apart, then told to the destination', async () => {
    const virtual = await startLambda({ clock: new VirtualClock() });
    try {
      await virtual.deploy(
        'fails',
        `export const handler = async (e) => { console.log('try'); throw new Error('no ' + e.n); };`,
      );
      await virtual.deploy(
        'told',
        `export const handler = async (record) => { console.log(JSON.stringify(record)); };`,
      );
      await virtual.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: 'fails',
          DestinationConfig: {
            OnFailure: { Destination: 'arn:aws:lambda:us-east-1:000000000000:function:told' },
          },
        }),
      );
      await virtual.invoke('fails', { n: 5 }, { InvocationType: 'Event', LogType: 'None' });
      await expect
        .poll(() => virtual.messages('told', 'RetriesExhausted').catch(() => []), { timeout: 20_000 })
        .toHaveLength(1);
      expect(await virtual.messages('fails', 'try')).toHaveLength(3);
      const [line] = await virtual.messages('told', 'RetriesExhausted');
      expect(JSON.parse(line!.split('\t')[3]!)).toMatchObject({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { n: 5 },
        responsePayload: { errorType: 'Error', errorMessage: 'no 5' },
      });
    } finally {
      await virtual.stop();
    }
  });
});
