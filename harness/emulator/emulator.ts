/**
 * A local AWS inside this process: one listener, several services, one state folder. The composition root of
 * `harness/emulator`; many emulators may live side by side.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Clock, wallClock } from '../core/clock.ts';
import { invariant } from '../core/invariant.ts';
import { type AwsLimits, limitsOf } from '../core/limits.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { seededRandom } from '../core/random.ts';
import { Chaos } from './chaos/chaos.ts';
import type { ChaosRuleInput } from './chaos/rule.ts';
import { startHttpServer } from './http/server.ts';
import { type InitScript, type InternalPagesOptions, internalPage } from './internal-pages.ts';
import { ServiceSet } from './service-set.ts';
import type { PolicyEnforcement } from './services/iam/policy/gate.ts';
import type { LambdaOptions } from './services/lambda/service.ts';
import type { ServiceTypes } from './services/manifest.ts';
import { MANIFESTS } from './services/manifests.ts';
import type { OidcKeys } from './services/sts/context.ts';
import { checkSnapshot, emptyStateFolder, readSnapshot, removeDiscarded, writeSnapshot } from './snapshot.ts';
import { lockStateFolder, TLS_FOLDER } from './state-folder.ts';
import { tokenOf } from './token.ts';

export interface EmulatorOptions {
  /** 4566 by default; 0 takes any free port. */
  port?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** Where objects, code and logs lie. Without it a temporary folder is used and removed by `stop`. */
  stateDir?: string;
  /**
   * What an answered write has survived: `device` a power cut, `kernel` the end of this process. A `stateDir` is
   * written through to the device by default, a temporary folder is not.
   */
  durability?: 'kernel' | 'device';
  region?: string;
  accountId?: string;
  /** Seed of everything random; without it ids differ from run to run. */
  seed?: number | string;
  /** Time of Step Functions and of timestamps; wall time by default. */
  clock?: Clock;
  limits?: AwsLimits;
  lambda?: LambdaOptions;
  /** What IAM policies do to the calls of roles: `off` (default), `warn` logs what would be denied, `enforce`. */
  iam?: { enforcement?: PolicyEnforcement };
  /** Refuse requests whose signature is wrong; the known keys are test/test, those of users and of sessions. */
  verifySignatures?: boolean;
  /** Keys of the issuers of web identity tokens, for AssumeRoleWithWebIdentity. */
  oidcKeys?: OidcKeys;
  /** Further names of this server, beside loopback names: `host.docker.internal`, a compose service. */
  hostNames?: readonly string[];
  /** Origins whose web pages may call every service, e.g. `http://localhost:3000`. None by default. */
  allowedOrigins?: readonly string[];
  /** Grants access to the pages under `/_cosmicai/`; generated, and kept in `stateDir`, without it. */
  token?: string | undefined;
  /** Faults in force from the beginning. */
  chaos?: readonly ChaosRuleInput[];
  /** Folder written by `snapshot`: the state begins as a copy of it, and what `stateDir` held is gone. */
  snapshot?: string;
  /** Serves HTTPS beside HTTP on the same port, with a certificate by an authority of the state folder. */
  tls?: boolean;
  /** Scripts that set up the emulator once it answers; pages for clients of LocalStack show their states. */
  initScripts?: readonly InitScript[];
  log?: (line: string) => void;
  /** What nobody may miss, such as state that is damaged and left out; goes to `log` by default. */
  warn?: (line: string) => void;
}

/** A running emulator. Everything it started ends with `stop`. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly stateDir: string;
  /** Path of the certificate that HTTPS clients must trust; with `tls` alone. */
  readonly authorityPath?: string;
  /** Faults in force. */
  readonly chaos: Chaos;
  /** Grants access to the pages under `/_cosmicai/`: `Authorization: Bearer TOKEN`. Kept in the state folder. */
  readonly token: string;
  /**
   * The access key of the account's root, for deployments of its own: while policies are enforced, `test`/`test` and
   * unknown keys are nobody.
   */
  rootCredentials(): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  /** The services of the default account and region; others after `reset`, `snapshot` and `restore`. */
  readonly s3: ServiceTypes['s3'];
  readonly lambda: ServiceTypes['lambda'];
  readonly stepFunctions: ServiceTypes['stepfunctions'];
  readonly logs: ServiceTypes['logs'];
  readonly cloudWatch: ServiceTypes['cloudwatch'];
  readonly iam: ServiceTypes['iam'];
  /** Empties all services; executions are aborted and functions' environments ended. Faults stay in force. */
  reset(): Promise<void>;
  /**
   * Copies the whole state into a new folder. Executions are part of it, and go on here and there, where `stateDir` was
   * given; else they end first, as by `stop`. @throws HarnessError `snapshot-exists`
   */
  snapshot(folder: string): Promise<void>;
  /** Puts the state of a snapshot in the place of the present one. @throws HarnessError `snapshot-unreadable` */
  restore(folder: string): Promise<void>;
  stop(): Promise<void>;
}

/** An emulator that answers already, while it still opens the services nobody has asked for. */
export interface OpeningEmulator extends Emulator {
  /**
   * Opens the services that are not open yet; until it resolves they cannot be had from the emulator itself.
   * Rejects when the state folder of one cannot be read: the emulator is to be stopped then.
   */
  openAll(): Promise<void>;
}

/**
 * Starts an emulator and resolves when it answers.
 * @throws HarnessError `port-in-use`, `state-folder-in-use` (exit code 3)
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await openEmulator(options);
  try {
    await emulator.openAll();
    return emulator;
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/**
 * The same, resolved as soon as S3, IAM and the services that an earlier process left something of are open: what is
 * wrong with their state is told by then. Requests for other services open them.
 * @throws HarnessError `port-in-use`, `state-folder-in-use`, `state-folder-damaged` (exit code 3)
 */
export async function openEmulator(options: EmulatorOptions = {}): Promise<OpeningEmulator> {
  const clock = options.clock ?? wallClock();
  const random = seededRandom(options.seed ?? `${process.pid}/${process.hrtime.bigint()}`);
  const region = options.region ?? 'us-east-1';
  const accountId = options.accountId ?? '000000000000';
  const limits = options.limits ?? limitsOf('aws-default');
  const temporary = options.stateDir === undefined;
  const stateDir = temporary ? mkdtempSync(join(tmpdir(), 'cosmicai-')) : resolve(options.stateDir!);
  const log = options.log ?? (() => {});
  const warn = options.warn ?? log;
  const lock = lockStateFolder(stateDir);
  const startedMs = monotonicMs();
  let endpoint = '';

  const chaos = new Chaos({
    clock,
    random: random.fork('chaos'),
    operations: () => services.operations(),
  });
  const services = new ServiceSet({
    environment: {
      clock,
      random,
      limits,
      region,
      accountId,
      stateDir,
      endpoint: () => endpoint,
      log,
      warn,
    },
    settings: {
      lambda: options.lambda ?? {},
      policies: options.iam?.enforcement ?? 'off',
      verifySignatures: options.verifySignatures ?? false,
      durability: options.durability ?? (temporary ? 'kernel' : 'device'),
      isKept: !temporary,
      chaos,
      oidcKeys: options.oidcKeys,
    },
  });
  const release = () => {
    lock.release();
    if (temporary) rmSync(stateDir, { recursive: true, force: true });
  };
  let wired: ServiceTypes | undefined;
  let isStopped = false;
  const openAll = async () => {
    try {
      wired = await services.openAll();
    } catch (error) {
      // A stop that overtakes the opening is no failure of it.
      if (!isStopped) throw error;
    }
  };
  const opened = (): ServiceTypes => {
    invariant(wired, 'the services are not open yet');
    return wired;
  };
  let token: string;
  try {
    if (options.snapshot !== undefined) {
      checkSnapshot(options.snapshot, { region, accountId });
      emptyStateFolder(stateDir);
      readSnapshot(options.snapshot, stateDir);
    }
    token = tokenOf(stateDir, options.token);
  } catch (error) {
    release();
    throw error;
  }
  /** What was put aside is removed while requests are served. */
  let removing = removeDiscarded(stateDir);
  const exchange = async (change: () => void): Promise<void> => {
    try {
      wired = await services.exchange(async () => {
        await removing;
        change();
      });
    } finally {
      removing = removeDiscarded(stateDir);
    }
  };
  const pages: InternalPagesOptions = {
    operations: () => services.operations(),
    iam: () => services.open('iam'),
    token,
    isOpen: (options.iam?.enforcement ?? 'off') === 'off',
    chaos,
    uptimeMs: () => monotonicMs() - startedMs,
    reset: () => exchange(() => emptyStateFolder(stateDir)),
    initScripts: options.initScripts ?? [],
  };
  try {
    await services.open('s3');
    if (options.chaos !== undefined) {
      await openAll();
      await chaos.use(options.chaos);
    }
    const identity = options.tls ? await tlsIdentity(stateDir, options) : undefined;
    const server = await startHttpServer({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 4566,
      region,
      random: random.fork('http'),
      origin: {
        hostNames: options.hostNames ?? [],
        allowedOrigins: (options.allowedOrigins ?? []).map(lowerCase),
      },
      services: MANIFESTS,
      open: services.front.bind(services),
      accountOf: services.accountOf.bind(services),
      internal: (request) => internalPage(pages, request),
      tls: identity,
      log: warn,
    });
    const shownHost = server.host.includes(':') ? `[${server.host}]` : server.host;
    endpoint = `http://${shownHost}:${server.port}`;
    try {
      // What goes on where an earlier process left it calls back here: not before somebody listens.
      await services.openKept();
    } catch (error) {
      await server.stop();
      throw error;
    }
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      isStopped = true;
      await services.stop();
      await server.stop();
      await removing;
      release();
    };
    return {
      endpoint,
      port: server.port,
      region,
      accountId,
      stateDir,
      chaos,
      token,
      ...(identity ? { authorityPath: identity.authorityPath } : {}),
      rootCredentials: async () => (await services.open('iam')).rootKey(),
      get s3() {
        return opened().s3;
      },
      get lambda() {
        return opened().lambda;
      },
      get stepFunctions() {
        return opened().stepfunctions;
      },
      get logs() {
        return opened().logs;
      },
      get cloudWatch() {
        return opened().cloudwatch;
      },
      get iam() {
        return opened().iam;
      },
      openAll,
      reset: pages.reset,
      snapshot: (folder) => exchange(() => writeSnapshot(stateDir, folder, { region, accountId })),
      restore: async (folder) => {
        checkSnapshot(folder, { region, accountId });
        await exchange(() => {
          emptyStateFolder(stateDir);
          readSnapshot(folder, stateDir);
        });
      },
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await services.stop();
    release();
    throw error;
  }
}

async function tlsIdentity(stateDir: string, { host, hostNames = [] }: EmulatorOptions) {
  const { serverIdentity } = await import('./http/tls/authority.ts');
  const names = [...hostNames.flatMap((name) => [name, `*.${name}`]), ...(host === undefined ? [] : [host])];
  return serverIdentity(join(stateDir, TLS_FOLDER), names, wallClock().nowMs());
}

const lowerCase = (text: string): string => text.toLowerCase();
