/** The services of one emulator and the doors between them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Chaos } from './chaos/chaos.ts';
import { functionsUnderChaos, objectsUnderChaos } from './chaos/ports.ts';
import type { Service, ServiceName } from './http/wire.ts';
import { type CloudWatchService, createCloudWatchService } from './services/cloudwatch/service.ts';
import type { PolicyEnforcement } from './services/iam/policy/gate.ts';
import { createIamService, type IamService } from './services/iam/service.ts';
import { createLambdaService, type LambdaOptions, type LambdaService } from './services/lambda/service.ts';
import { createLogsService, type LogsService } from './services/logs/service.ts';
import type { ServiceEnvironment } from './services/ports.ts';
import { createS3Service, type S3Service } from './services/s3/service.ts';
import { createStepFunctionsService, type StepFunctionsService } from './services/stepfunctions/service.ts';
import { createStsService } from './services/sts/service.ts';

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
  stop(): Promise<void>;
}

/** Creates the services on a state folder, with what an earlier process left there. */
export function wireServices(options: WiringOptions): WiredServices {
  const { chaos } = options;
  const environment = (service: ServiceName): ServiceEnvironment => {
    const stateDir = join(options.environment.stateDir, service);
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    return { ...options.environment, random: options.environment.random.fork(service), stateDir };
  };
  const iam = createIamService(environment('iam'), {
    policies: options.policies,
    verifySignatures: options.verifySignatures,
  });
  const policies = { sessions: iam, permissions: iam };
  const cloudWatch = createCloudWatchService(environment('cloudwatch'), policies);
  const logs = createLogsService(environment('logs'), { metrics: cloudWatch }, policies);
  const s3 = createS3Service(environment('s3'), {
    durability: options.durability,
    policies,
    ...(options.verifySignatures ? { secretOf: iam.secretOf } : {}),
  });
  const objects = objectsUnderChaos(s3, chaos);
  const lambda = createLambdaService(
    environment('lambda'),
    { logs, objects, roles: iam, metrics: cloudWatch },
    {
      ...options.lambda,
      strike: (stage, functionName, sandbox) => chaos.strikeSandbox(stage, functionName, sandbox),
    },
  );
  const functions = functionsUnderChaos(lambda, chaos);
  s3.connectFunctions(functions);
  logs.connectFunctions(functions);
  const stepFunctions = createStepFunctionsService(environment('stepfunctions'), {
    logs,
    objects,
    functions,
    metrics: cloudWatch,
    roles: iam,
    permissions: iam,
  });
  const sts = createStsService(environment('sts'), { roles: iam });
  return {
    s3,
    lambda,
    stepFunctions,
    logs,
    cloudWatch,
    iam,
    all: [s3, lambda, stepFunctions, logs, cloudWatch, iam, sts],
    async stop() {
      // Executions first, then functions, then what they write to.
      for (const service of [stepFunctions, lambda, s3, logs, cloudWatch, iam, sts]) await service.stop();
    },
  };
}
