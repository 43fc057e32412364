/**
 * Step Functions behind a real listener with real S3 and CloudWatch Logs, and functions that the test writes as
 * plain JavaScript functions. Spoken to through the unmodified AWS SDK.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Clock, wallClock } from '../../../harness/core/clock.ts';
import { AwsError } from '../../../harness/core/errors.ts';
import { uuid } from '../../../harness/core/ids.ts';
import type { Json } from '../../../harness/core/json.ts';
import { type AwsLimits, limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { startHttpServer } from '../../../harness/emulator/http/server.ts';
import type { Service } from '../../../harness/emulator/http/wire.ts';
import { createLogsService } from '../../../harness/emulator/services/logs/service.ts';
import { MANIFESTS } from '../../../harness/emulator/services/manifests.ts';
import type { FunctionsPort, InvokeRequest } from '../../../harness/emulator/services/ports.ts';
import { createS3Service } from '../../../harness/emulator/services/s3/service.ts';
import {
  createStepFunctionsService,
  type StepFunctionsService,
} from '../../../harness/emulator/services/stepfunctions/service.ts';
import { serviceStateIn } from '../../service-state.ts';

/** A function's body: what it returns or throws. */
type TestFunction = (event: Json, request: InvokeRequest) => Json | Promise<Json>;

export interface RigOptions {
  clock?: Clock;
  limits?: AwsLimits;
  functions?: { [name: string]: TestFunction };
  seed?: string;
  stateDir?: string;
  /** Told of what the operator is told of; printed by default. */
  warn?: (line: string) => void;
  /** Actions that the machines' role is refused; callers are never asked. */
  refuses?: (action: string) => boolean;
}

export interface Rig {
  sfn: SFNClient;
  s3: S3Client;
  logs: CloudWatchLogsClient;
  service: StepFunctionsService;
  endpoint: string;
  invocations: InvokeRequest[];
  create(definition: object, options?: { name?: string; type?: 'STANDARD' | 'EXPRESS' }): Promise<string>;
  /** Starts an execution and waits for its end. */
  run(definition: object, input?: Json): Promise<Ended>;
  wait(executionArn: string): Promise<Ended>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  stop(): Promise<void>;
}

interface Ended {
  arn: string;
  status: string;
  output: Json | undefined;
  error: string | undefined;
  cause: string | undefined;
  description: DescribeExecutionOutput;
}

export const ROLE = 'arn:aws:iam::000000000000:role/states';

function testFunctions(
  bodies: { [name: string]: TestFunction },
  invocations: InvokeRequest[],
): FunctionsPort {
  const random = seededRandom('functions');
  return {
    async invoke(request) {
      invocations.push(request);
      const name = request.functionName.split(':')[6] ?? request.functionName;
      const body = bodies[name];
      if (!body)
        throw new AwsError(
          'ResourceNotFoundException',
          `Function not found: arn:aws:lambda:us-east-1:000000000000:function:${name}`,
          404,
        );
      const common = { statusCode: 200 as const, executedVersion: '$LATEST', requestId: uuid(random) };
      try {
        const result = await body(JSON.parse(request.payload) as Json, request);
        return { ...common, payload: JSON.stringify(result) };
      } catch (error) {
        const { name: errorType, message: errorMessage } = error as Error;
        return {
          ...common,
          functionError: 'Unhandled',
          payload: JSON.stringify({ errorMessage, errorType, requestId: common.requestId, stackTrace: [] }),
        };
      }
    },
  };
}

/** Permissions of which only what machines' roles may do is asked. */
function permissionsRefusing(refuses: (action: string) => boolean) {
  const key = { secret: 'test', expirationMs: undefined };
  return {
    isActive: false,
    isEnforced: false,
    refusal: (caller: object, { action }: { action: string }) =>
      'roleArn' in caller && refuses(action) ? `not authorized to perform: ${action}` : undefined,
    refusesTrust: () => false,
    trustsDirectly: () => true,
    leastPolicyOf: () => ({}),
    issueCredentials: () => undefined,
    revoke: () => undefined,
    identityOf: () => ({ arn: 'arn:aws:iam::000000000000:root', accountId: '000000000000' }),
    resolve: () => ({ kind: 'root', identity: {}, key }),
  } as unknown as NonNullable<Parameters<typeof createStepFunctionsService>[1]['permissions']>;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'sfn-rig-'));
  const random = seededRandom(options.seed ?? 'rig');
  const warning = options.warn ? { warn: options.warn } : {};
  let endpoint = '';
  const environment = (name: string) => {
    const folder = join(stateDir, name);
    mkdirSync(folder, { recursive: true });
    return {
      clock: options.clock ?? wallClock(),
      random: random.fork(name),
      limits: options.limits ?? limitsOf('none'),
      region: 'us-east-1',
      accountId: '000000000000',
      stateDir: folder,
      state: serviceStateIn(folder, { isKept: options.stateDir !== undefined, ...warning }),
      endpoint: () => endpoint,
      log: (line: string) => console.error(line),
      warn: options.warn ?? ((line: string) => console.error(line)),
    };
  };
  const invocations: InvokeRequest[] = [];
  const logsService = createLogsService(environment('logs'));
  const s3Service = createS3Service(environment('s3'));
  const service = createStepFunctionsService(environment('stepfunctions'), {
    logs: logsService,
    objects: s3Service,
    functions: testFunctions(options.functions ?? {}, invocations),
    roles: { hasRole: () => true },
    ...(options.refuses && { permissions: permissionsRefusing(options.refuses) }),
  });
  const services: Service[] = [service, s3Service, logsService];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    random: random.fork('http'),
    origin: { hostNames: [], allowedOrigins: [] },
    services: MANIFESTS,
    open: async (name) => services.find((each) => each.name === name)!,
    accountOf: () => '000000000000',
    internal: () => undefined,
    log: (line) => console.error(line),
  });
  endpoint = `http://127.0.0.1:${server.port}`;
  const access = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const sfn = new SFNClient({ ...access, disableHostPrefix: true });
  const s3 = new S3Client({ ...access, forcePathStyle: true });
  const logs = new CloudWatchLogsClient(access);

  let machines = 0;
  const create: Rig['create'] = async (
    definition,
    { name = `machine-${++machines}`, type = 'STANDARD' } = {},
  ) => {
    const answer = await sfn.send(
      new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE, type }),
    );
    return answer.stateMachineArn!;
  };
  const wait: Rig['wait'] = async (executionArn) => {
    for (;;) {
      const description = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (description.status !== 'RUNNING')
        return {
          arn: executionArn,
          status: description.status!,
          output: description.output === undefined ? undefined : (JSON.parse(description.output) as Json),
          error: description.error,
          cause: description.cause,
          description,
        };
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return {
    sfn,
    s3,
    logs,
    service,
    endpoint,
    invocations,
    create,
    wait,
    async run(definition, input = {}) {
      const stateMachineArn = await create(definition);
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      return wait(executionArn!);
    },
    async history(executionArn) {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000 }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return events;
    },
    async stop() {
      for (const client of [sfn, s3, logs]) client.destroy();
      for (const each of services) await each.stop();
      await server.stop();
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
