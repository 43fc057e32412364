/**
 * A service manifest says what the emulator must know to route to a service, open it and stop it. Wiring, routing,
 * faults, health and stop order derive from the list in `manifests.ts`: adding a service is one folder and one line.
 * Manifests are light: `create` loads the service's code when it is first needed.
 */
import type { Chaos } from '../chaos/chaos.ts';
import type { RoutedService } from '../http/routing.ts';
import type { Service, ServiceName } from '../http/wire.ts';
import type { CloudWatchService } from './cloudwatch/service.ts';
import type { PolicyEnforcement } from './iam/policy/gate.ts';
import type { IamService } from './iam/service.ts';
import type { RootKey } from './iam/store/entities.ts';
import type { LambdaOptions, LambdaService } from './lambda/service.ts';
import type { LogsService } from './logs/service.ts';
import type { FunctionsPort, ObjectsPort, ServiceEnvironment } from './ports.ts';
import type { S3Service } from './s3/service.ts';
import type { StepFunctionsService } from './stepfunctions/service.ts';
import type { OidcKeys } from './sts/context.ts';

/** The type of each service as the others use it. */
export interface ServiceTypes {
  s3: S3Service;
  lambda: LambdaService;
  stepfunctions: StepFunctionsService;
  logs: LogsService;
  cloudwatch: CloudWatchService;
  iam: IamService;
  sts: Service;
}

/** What a service may call: the services of its own account and region, faults included. */
export interface Dependencies {
  get<N extends ServiceName>(name: N): Promise<ServiceTypes[N]>;
  /** IAM of every account at once: an access key or a role's ARN tells which. */
  readonly iam: IamService;
  /** Lambda, opened by its first invocation; an ARN of another account or region reaches that one. */
  readonly functions: FunctionsPort;
  /** S3, opened by its first call. */
  readonly objects: ObjectsPort;
}

/** What the emulator was started with, of concern to services. */
export interface ServiceSettings {
  lambda: LambdaOptions;
  policies: PolicyEnforcement;
  verifySignatures: boolean;
  /** What an answered write has survived. */
  durability: 'kernel' | 'device';
  /** The state folder outlives the emulator: work in progress is kept too. */
  isKept: boolean;
  chaos: Chaos;
  /** The root access key of an account, instead of the one in its state: that of before a reset. */
  rootKey?: RootKey & { accountId: string };
  /** Keys of the issuers of web identity tokens. */
  oidcKeys?: OidcKeys | undefined;
}

export interface ServiceManifest<N extends ServiceName = ServiceName> extends RoutedService {
  readonly name: N;
  /** One for the emulator, one for each account, or one for each account and region. */
  readonly scope: 'global' | 'account' | 'region';
  /** Services that are opened before it and stopped after it. */
  readonly requires: readonly ServiceName[];
  create(
    env: ServiceEnvironment,
    dependencies: Dependencies,
    settings: ServiceSettings,
  ): Promise<ServiceTypes[N]>;
}
