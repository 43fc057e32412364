/**
 * A local AWS inside this process: one listener, several services, one state folder. The composition root of
 * `harness/emulator`; many emulators may live side by side.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Clock, wallClock } from '../core/clock.ts';
import { type AwsLimits, limitsOf } from '../core/limits.ts';
import { seededRandom } from '../core/random.ts';
import { startHttpServer } from './http/server.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from './http/wire.ts';
import { createIamService } from './services/iam/service.ts';
import { createLambdaService, type LambdaOptions, type LambdaService } from './services/lambda/service.ts';
import { createLogsService, type LogsService } from './services/logs/service.ts';
import type { ServiceEnvironment } from './services/ports.ts';
import { createS3Service, type S3Service } from './services/s3/service.ts';
import { createStepFunctionsService, type StepFunctionsService } from './services/stepfunctions/service.ts';
import { createStsService } from './services/sts/service.ts';
import { lockStateFolder } from './state-folder.ts';

export interface EmulatorOptions {
  /** 4566 by default; 0 takes any free port. */
  port?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** Where objects, code and logs lie. Without it a temporary folder is used and removed by `stop`. */
  stateDir?: string;
  region?: string;
  accountId?: string;
  /** Seed of everything random; without it ids differ from run to run. */
  seed?: number | string;
  /** Time of Step Functions and of timestamps; wall time by default. */
  clock?: Clock;
  limits?: AwsLimits;
  lambda?: LambdaOptions;
  log?: (line: string) => void;
}

/** A running emulator. Everything it started ends with `stop`. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly stateDir: string;
  readonly s3: S3Service;
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctionsService;
  readonly logs: LogsService;
  stop(): Promise<void>;
}

/**
 * Starts an emulator and resolves when it answers.
 * @throws HarnessError `port-in-use`, `state-folder-in-use` (exit code 3)
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock ?? wallClock();
  const random = seededRandom(options.seed ?? `${process.pid}/${process.hrtime.bigint()}`);
  const region = options.region ?? 'us-east-1';
  const accountId = options.accountId ?? '000000000000';
  const limits = options.limits ?? limitsOf('aws-default');
  const temporary = options.stateDir === undefined;
  const stateDir = temporary ? mkdtempSync(join(tmpdir(), 'cosmicai-')) : resolve(options.stateDir!);
  const log = options.log ?? (() => {});
  const lock = lockStateFolder(stateDir);
  let endpoint = '';

  const environment = (service: ServiceName): ServiceEnvironment => {
    const folder = join(stateDir, service);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return {
      clock,
      random: random.fork(service),
      limits,
      region,
      accountId,
      stateDir: folder,
      endpoint: () => endpoint,
      log,
    };
  };
  const logs = createLogsService(environment('logs'));
  const iam = createIamService(environment('iam'));
  // A temporary folder does not outlive this process: nothing in it needs to survive a power cut.
  const s3 = createS3Service(environment('s3'), { durability: temporary ? 'kernel' : 'device' });
  const lambda = createLambdaService(
    environment('lambda'),
    { logs, objects: s3, roles: iam },
    options.lambda ?? {},
  );
  s3.connectFunctions(lambda);
  const stepFunctions = createStepFunctionsService(environment('stepfunctions'), {
    logs,
    objects: s3,
    functions: lambda,
    roles: iam,
  });
  const sts = createStsService(environment('sts'), { roles: iam });
  const list: Service[] = [s3, lambda, stepFunctions, logs, iam, sts];
  const services = new Map(list.map((service) => [service.name, service]));

  // Executions first, then functions, then what they write to.
  const stopServices = async () => {
    for (const service of [stepFunctions, lambda, s3, logs, iam, sts]) await service.stop();
  };
  const release = () => {
    lock.release();
    if (temporary) rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    const server = await startHttpServer({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 4566,
      region,
      random: random.fork('http'),
      services,
      internal: (request) => internalPage(request, list),
      onInternalError: (error, { method, path }) =>
        log(
          `internal error in ${method} ${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
    });
    const shownHost = server.host.includes(':') ? `[${server.host}]` : server.host;
    endpoint = `http://${shownHost}:${server.port}`;
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      await stopServices();
      await server.stop();
      release();
    };
    return {
      endpoint,
      port: server.port,
      region,
      accountId,
      stateDir,
      s3,
      lambda,
      stepFunctions,
      logs,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await stopServices();
    release();
    throw error;
  }
}

/** Pages of the emulator's own; LocalStack's health path is answered so that clients which wait for it work. */
function internalPage(request: WireRequest, services: readonly Service[]): WireResponse | undefined {
  if (!request.path.startsWith('/_')) return undefined;
  if (request.path !== '/_localstack/health' && request.path !== '/_cosmicai/health') return undefined;
  const available = Object.fromEntries(services.map((service) => [service.name, 'running']));
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ services: available, edition: 'cosmicai' }),
  };
}
