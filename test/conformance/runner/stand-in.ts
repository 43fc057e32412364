/**
 * Lambda functions of the cases: real zips for the `provided.al2023` runtime, whose bootstrap speaks the Lambda
 * Runtime API and answers as the recorded Python functions answered.
 */
import { CreateFunctionCommand, type LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { type Json, numberOf } from '../../../harness/core/json.ts';
import { printJson } from '../../../harness/core/json-print.ts';
import type { StandIn } from '../corpus.ts';

const EXECUTABLE = 0o100755 << 16;

const BOOTSTRAP = `#!${process.execPath}
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const behaviour = JSON.parse(readFileSync(join(__dirname, 'behaviour.json'), 'utf8'));
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
// As Python's json.dumps prints: a space after each comma and colon.
const python = (value) =>
  Array.isArray(value) ? '[' + value.map(python).join(', ') + ']'
  : value !== null && typeof value === 'object'
    ? '{' + Object.entries(value).map(([key, member]) => JSON.stringify(key) + ': ' + python(member)).join(', ') + '}'
    : JSON.stringify(value);
const post = (path, body) => fetch(base + path, { method: 'POST', body });
async function main() {
  for (;;) {
    const next = await fetch(base + 'next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const event = await next.text();
    switch (behaviour.behaviour) {
      case 'raise': {
        const { errorMessage, errorType, stackTrace } = behaviour;
        await post(id + '/error', python({ errorMessage, errorType, requestId: id, stackTrace }));
        break;
      }
      case 'constant':
        await post(id + '/response', behaviour.valueText);
        break;
      case 'constant-bytes':
        await post(id + '/response', behaviour.text ?? JSON.stringify(behaviour.repeat.repeat(behaviour.count)));
        break;
      case 'hello':
        await post(id + '/response', JSON.stringify('Hello from Lambda!'));
        break;
      case 'sleep-then-identity':
        await new Promise((wake) => setTimeout(wake, behaviour.seconds * 1000));
        await post(id + '/response', event);
        break;
      default:
        await post(id + '/response', event);
    }
  }
}
main();
`;

/** Deploys one function. `trace` is the Python stack trace the expectation shows. */
export async function deployStandIn(
  client: LambdaClient,
  standIn: StandIn,
  name: string,
  recorded: { stackTrace: Json; errorMessage: Json } | undefined,
): Promise<void> {
  const { value, ...told } = standIn;
  const behaviour = {
    ...told,
    ...(value !== undefined && { valueText: printJson(value) }),
    ...(standIn.seconds !== undefined && { seconds: numberOf(standIn.seconds) }),
    ...(standIn.behaviour === 'raise' && { stackTrace: [], ...recorded }),
  };
  const files = {
    bootstrap: [new TextEncoder().encode(BOOTSTRAP), { os: 3, attrs: EXECUTABLE }] as const,
    'behaviour.json': new TextEncoder().encode(JSON.stringify(behaviour)),
  };
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'provided.al2023',
      Role: 'arn:aws:iam::111111111111:role/conformance',
      Handler: 'handler.handler',
      Timeout: numberOf(standIn.timeout) ?? 30,
      Code: { ZipFile: zipSync(files as unknown as Parameters<typeof zipSync>[0]) },
    }),
  );
  await waitUntilFunctionActiveV2(
    // Seconds: a local function is ready sooner than AWS's.
    { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
    { FunctionName: name },
  );
}

/** The first recorded error payload of a Lambda function in an expectation. */
export function recordedError(expected: unknown): { stackTrace: Json; errorMessage: Json } | undefined {
  const stack: unknown[] = [expected];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === 'string' && value.startsWith('{"errorMessage"')) {
      try {
        stack.push(JSON.parse(value));
      } catch {
        // A cause that merely begins like a payload.
      }
    }
    if (typeof value !== 'object' || value === null) continue;
    const { stackTrace, errorMessage } = value as { stackTrace?: Json; errorMessage?: Json };
    if (stackTrace !== undefined) return { stackTrace, errorMessage: errorMessage ?? '' };
    stack.push(...Object.values(value).reverse());
  }
  return undefined;
}
