/**
 * The services of one emulator and the doors between them. A service is loaded and opened when it is first asked
 * for, by a request or by a neighbour, so that the first answer waits for two of them and not for seven.
 *
 * Invariants: each is opened at most once; whoever a service calls is opened before it, but for Lambda, which S3
 * and Logs call only once something happens; after `stop` none is opened any more.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { invariant } from '../core/invariant.ts';
import { lazily } from '../core/lazily.ts';
import type { Chaos } from './chaos/chaos.ts';
import { functionsUnderChaos, objectsUnderChaos } from './chaos/ports.ts';
import type { Service, ServiceName } from './http/wire.ts';
import type { CloudWatchService } from './services/cloudwatch/service.ts';
import type { PolicyEnforcement } from './services/iam/policy/gate.ts';
import { createIamService, type IamService } from './services/iam/service.ts';
import type { LambdaOptions, LambdaService } from './services/lambda/service.ts';
import type { LogsService } from './services/logs/service.ts';
import type { FunctionsPort, ServiceEnvironment } from './services/ports.ts';
import { createS3Service, type S3Service } from './services/s3/service.ts';
import type { StepFunctionsService } from './services/stepfunctions/service.ts';

export interface WiringOptions {
  /** What all services share; each gets a folder and a random of its own. */
  environment: ServiceEnvironment;
  lambda: LambdaOptions;
  policies: PolicyEnforcement;
  verifySignatures: boolean;
  /** What an answered write has survived. */
  durability: 'kernel' | 'device';
  chaos: Chaos;
}

export interface WiredServices {
  readonly s3: S3Service;
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctionsService;
  readonly logs: LogsService;
  readonly cloudWatch: CloudWatchService;
  readonly iam: IamService;
  readonly all: readonly Service[];
}

export interface ServiceSet {
  /** A service as the listener sees it, under chaos; opened when it is not. */
  front(name: ServiceName): Promise<Service>;
  /** Opens those whose folder holds anything. @throws HarnessError `state-folder-damaged` */
  openKept(): Promise<void>;
  /** All of them, opened. */
  all(): Promise<WiredServices>;
  /** Stops what was opened. */
  stop(): Promise<void>;
}

/** The services on a state folder, with what an earlier process left there. Nothing is opened yet. */
export function wireServices(options: WiringOptions): ServiceSet {
  const { chaos } = options;
  let stopped = false;
  const opened = new Map<ServiceName, Promise<Service>>();
  const opens = <S extends Service>(
    name: ServiceName,
    create: (env: ServiceEnvironment) => Promise<S>,
  ): (() => Promise<S>) =>
    lazily(() => {
      invariant(!stopped, `${name} is asked for after its emulator has stopped`);
      const stateDir = join(options.environment.stateDir, name);
      makeFolder(stateDir);
      const service = create({
        ...options.environment,
        random: options.environment.random.fork(name),
        stateDir,
      });
      opened.set(name, service);
      return service;
    });

  // These two are always opened: loading them apart would only take longer.
  const iam = opens('iam', async (env) =>
    createIamService(env, { policies: options.policies, verifySignatures: options.verifySignatures }),
  );
  const policies = async () => ({ sessions: await iam(), permissions: await iam() });
  const functions: FunctionsPort = functionsUnderChaos(
    { invoke: async (request) => (await lambda()).invoke(request) },
    chaos,
  );
  const cloudWatch = opens('cloudwatch', async (env) => {
    const { createCloudWatchService } = await import('./services/cloudwatch/service.ts');
    return createCloudWatchService(env, await policies());
  });
  const logs = opens('logs', async (env) => {
    const { createLogsService } = await import('./services/logs/service.ts');
    const service = createLogsService(env, { metrics: await cloudWatch() }, await policies());
    service.connectFunctions(functions);
    service.connectObjects({
      listObjects: async (...given) => (await objects()).listObjects(...given),
      putObject: async (...given) => (await objects()).putObject(...given),
    });
    return service;
  });
  const s3 = opens('s3', async (env) => {
    const { secretOf, keyOf } = await iam();
    const service = createS3Service(env, {
      durability: options.durability,
      policies: await policies(),
      ...(options.verifySignatures ? { secretOf, tokenOf: (id) => keyOf?.(id)?.sessionToken } : {}),
    });
    service.connectFunctions(functions);
    return service;
  });
  const objects = async () => objectsUnderChaos(await s3(), chaos);
  const lambda: () => Promise<LambdaService> = opens('lambda', async (env) => {
    const { createLambdaService } = await import('./services/lambda/service.ts');
    return createLambdaService(
      env,
      { logs: await logs(), objects: await objects(), roles: await iam(), metrics: await cloudWatch() },
      {
        ...options.lambda,
        strike: (stage, functionName, sandbox) => chaos.strikeSandbox(stage, functionName, sandbox),
      },
    );
  });
  const stepFunctions = opens('stepfunctions', async (env) => {
    const { createStepFunctionsService } = await import('./services/stepfunctions/service.ts');
    await lambda();
    return createStepFunctionsService(env, {
      logs: await logs(),
      objects: await objects(),
      functions,
      metrics: await cloudWatch(),
      roles: await iam(),
      permissions: await iam(),
    });
  });
  const sts = opens('sts', async (env) => {
    const { createStsService } = await import('./services/sts/service.ts');
    return createStsService(env, { roles: await iam() });
  });

  const byName: { readonly [N in ServiceName]: () => Promise<Service> } = {
    s3,
    lambda,
    stepfunctions: stepFunctions,
    logs,
    cloudwatch: cloudWatch,
    iam,
    sts,
  };
  const fronts = new Map<ServiceName, Promise<Service>>();
  return {
    front(name) {
      let front = fronts.get(name);
      if (!front) {
        front = byName[name]().then((service) => chaos.over(service));
        fronts.set(name, front);
      }
      return front;
    },
    async openKept() {
      for (const name of Object.keys(byName) as ServiceName[]) {
        if (holdsFiles(join(options.environment.stateDir, name))) await byName[name]();
      }
    },
    async all() {
      // One after another: between two, requests for those that are open are answered.
      const wired = {
        iam: await iam(),
        s3: await s3(),
        cloudWatch: await cloudWatch(),
        logs: await logs(),
        lambda: await lambda(),
        stepFunctions: await stepFunctions(),
      };
      const { cloudWatch: metrics, iam: roles } = wired;
      const all = [wired.s3, wired.lambda, wired.stepFunctions, wired.logs, metrics, roles, await sts()];
      return { ...wired, all };
    },
    async stop() {
      stopped = true;
      // Executions first, then functions, then what they write to.
      for (const name of STOPPING) {
        // One that could not be opened has nothing to stop; who asked for it was told.
        const service = await opened.get(name)?.catch(() => undefined);
        await service?.stop();
      }
    },
  };
}

/** @throws HarnessError `state-folder-damaged` where something else is in its place */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new HarnessError('state-folder-damaged', `${path} is not a folder that can be used.`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Move it away, or choose another folder with --state.',
      cause: error,
    });
  }
}

/** What a service writes as it opens, whether or not it is ever used: nothing that could be damaged. */
const LEFT_BY_OPENING = new Set(['package.json', 'scratch']);

/** Whether a folder holds a file, at whatever depth; anything that is not a folder counts as one. */
function holdsFiles(path: string): boolean {
  try {
    return readdirSync(path, { withFileTypes: true }).some(
      (entry) =>
        !LEFT_BY_OPENING.has(entry.name) && (!entry.isDirectory() || holdsFiles(join(path, entry.name))),
    );
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

const STOPPING: readonly ServiceName[] = [
  'stepfunctions',
  'lambda',
  's3',
  'logs',
  'cloudwatch',
  'iam',
  'sts',
];
