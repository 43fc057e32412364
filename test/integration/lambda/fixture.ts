/** An emulator of its own and what tests of Lambda do with it. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../harness/emulator/emulator.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/test';

/** A deployment package of text files. */
export function zipOf(files: { [name: string]: string }): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

interface Invoked {
  status: number | undefined;
  functionError: string | undefined;
  payload: unknown;
  /** The log of the invocation, when it was asked for. */
  log: string;
}

export interface LambdaFixture {
  emulator: Emulator;
  lambda: LambdaClient;
  logs: CloudWatchLogsClient;
  /** Creates a function of one file, `index.mjs`, and waits until it is active. */
  deploy(name: string, source: string, options?: Partial<CreateFunctionCommandInput>): Promise<void>;
  /** Resolves when a function or version is neither pending nor under update. */
  ready(name: string, qualifier?: string): Promise<void>;
  invoke(name: string, event?: unknown, options?: Partial<InvokeCommandInput>): Promise<Invoked>;
  messages(functionName: string, filterPattern?: string): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startLambda(options: EmulatorOptions = {}): Promise<LambdaFixture> {
  const emulator = await startEmulator({ port: 0, ...options });
  const config = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: emulator.iam.rootKey(),
    maxAttempts: 1,
  };
  const lambda = new LambdaClient(config);
  const logs = new CloudWatchLogsClient(config);
  const ready = async (FunctionName: string, Qualifier?: string): Promise<void> => {
    for (;;) {
      const now = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
      if (now.State !== 'Pending' && now.LastUpdateStatus !== 'InProgress') return;
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  return {
    emulator,
    lambda,
    logs,
    ready,
    async deploy(name, source, overrides = {}) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Runtime: 'nodejs20.x',
          Role: ROLE,
          Handler: 'index.handler',
          Timeout: 10,
          Code: { ZipFile: zipOf({ 'index.mjs': source }) },
          ...overrides,
        }),
      );
      await ready(name);
    },
    async invoke(name, event = {}, overrides = {}) {
      const answer = await lambda.send(
        new InvokeCommand({
          FunctionName: name,
          Payload: JSON.stringify(event),
          LogType: 'Tail',
          ...overrides,
        }),
      );
      const text = answer.Payload?.transformToString() ?? '';
      return {
        status: answer.StatusCode,
        functionError: answer.FunctionError,
        payload: text === '' ? undefined : JSON.parse(text),
        log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
      };
    },
    async messages(functionName, filterPattern) {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${functionName}`, filterPattern }),
      );
      return events.map((event) => event.message ?? '');
    },
    async stop() {
      lambda.destroy();
      logs.destroy();
      await emulator.stop();
    },
  };
}
