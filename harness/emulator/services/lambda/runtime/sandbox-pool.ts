/**
 * The execution environments of all functions: warm ones are used again (the most recently used first), those
 * idle for long or of an outdated version are ended.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancel, Clock } from '../../../../core/clock.ts';
import { logStreamArn } from '../../log-stream-arn.ts';
import type { LogsPort, PermissionsPort, ServiceEnvironment, SessionsPort } from '../../ports.ts';
import type { CodeStore } from '../code/code-store.ts';
import type { LiveCode } from '../code/live-folder.ts';
import type { FunctionVersion } from '../store/entities.ts';
import type { Isolation } from './contained-command.ts';
import type { ControlGroup, ControlGroups } from './control-groups.ts';
import { extensionsPlace } from './extensions.ts';
import type { InspectTarget, InspectTargets } from './inspect-targets.ts';
import { Interpreters } from './interpreters.ts';
import { type IsolationMode, isolationFor } from './isolation.ts';
import { planLaunch } from './launch.ts';
import { logStreamName } from './log-stream-name.ts';
import type { PooledSandbox } from './pooled-sandbox.ts';
import type { ProcessKeeper } from './process-keeper.ts';
import { Skeletons } from './root-view.ts';
import { Sandbox } from './sandbox.ts';

/** Credentials of a function's role live as long as AWS lets a session live. */
const SESSION_SECONDS = 43_200;
/** Memory that the kernel uses for a process and that AWS does not count as the function's. */
const KERNEL_MEMORY_MB = 32;

export interface SandboxPoolOptions {
  env: ServiceEnvironment;
  /** Wall clock, for processes. */
  processClock: Clock;
  logs: LogsPort;
  code: CodeStore;
  /** Folder with the merged layers of a version, if it has any. */
  layersOf(version: FunctionVersion): Promise<string | undefined>;
  sessions: SessionsPort;
  permissions: Pick<PermissionsPort, 'refusal'>;
  keeper: ProcessKeeper;
  idleTtlMs: number;
  maxIdle: number;
  /** Whether functions are kept apart from this machine and from one another. */
  isolation: IsolationMode | Isolation;
  /** Folders that no function may see, whatever folder that it needs contains them. */
  hidden: readonly string[];
  /** Limits by the kernel, where this machine allows them. */
  groups: ControlGroups;
  /** Functions that a debugger may attach to. */
  inspect: InspectTargets | undefined;
  /** Functions whose code is taken from where it is worked on. */
  live: { readonly [functionName: string]: LiveCode };
  /** Let functions use the share of a core that their memory buys, and no more. */
  cpuShare: boolean;
}

export class SandboxPool {
  readonly #options: SandboxPoolOptions;
  readonly #folder: string;
  readonly #skeletons: Skeletons;
  readonly #idle: PooledSandbox[] = [];
  readonly #all = new Map<Sandbox, PooledSandbox>();
  readonly #byAccessKey = new Map<string, PooledSandbox>();
  readonly #ending = new Set<Promise<void>>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #interpreters = new Interpreters();
  #sequence = 0;
  #isolation: Promise<Isolation | undefined> | undefined;
  #cancelReaper: Cancel | undefined;
  #isStopped = false;

  constructor(options: SandboxPoolOptions) {
    this.#options = options;
    this.#folder = join(options.env.stateDir, 'sandboxes');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#skeletons = new Skeletons(join(options.env.stateDir, 'roots'));
    for (const name of readdirSync(this.#folder)) {
      rmSync(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /** A warm environment of exactly this version that asks for work, taken out of the idle ones. */
  async takeWarm(functionName: string, version: FunctionVersion): Promise<PooledSandbox | undefined> {
    const live = await this.#options.live[functionName]?.current();
    for (;;) {
      const pooled = this.#takeIdle(functionName, version, live?.stamp);
      if (!pooled || (await pooled.sandbox.whenReady())) return pooled;
    }
  }

  /**
   * A function that is inspected runs one invocation at a time: the result ends the turn. Others need not wait.
   */
  async takeTurn(functionName: string): Promise<() => void> {
    if (!this.#options.inspect?.of(functionName)) return () => {};
    const before = this.#turns.get(functionName);
    let end = () => {};
    const turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#turns.set(functionName, turn);
    await before;
    return end;
  }

  isInspected(functionName: string): boolean {
    return this.#options.inspect?.of(functionName) !== undefined;
  }

  /** Starts the environment of a function that is inspected, so that a debugger finds it before the first call. */
  async prestart(functionName: string, version: FunctionVersion): Promise<void> {
    // The first start need not wait for it.
    this.#findIsolation().catch(() => {});
    if (!this.#options.inspect?.of(functionName) || this.#isStopped) return;
    const endTurn = await this.takeTurn(functionName);
    try {
      const pooled =
        (await this.takeWarm(functionName, version)) ?? (await this.start(functionName, version));
      const isNew = pooled.idleSinceMs === 0;
      if (!isNew || (await pooled.sandbox.init(Number.POSITIVE_INFINITY)).ok) this.release(pooled, version);
    } catch {
      // The first invocation will tell.
    } finally {
      endTurn();
    }
  }

  /** Starts an environment ahead of any call, to be kept; answers why it could not be. */
  async provision(functionName: string, version: FunctionVersion): Promise<string | undefined> {
    try {
      const pooled = await this.start(functionName, version, { isProvisioned: true });
      if ((await pooled.sandbox.init(this.#options.env.limits.lambdaInitTimeoutMs)).ok) {
        this.release(pooled, version);
        return undefined;
      }
      pooled.sandbox.stop();
    } catch {
      // Told in the same words: AWS does not say more.
    }
    return 'FUNCTION_ERROR_INIT_FAILURE';
  }

  #takeIdle(
    functionName: string,
    version: FunctionVersion,
    stamp: string | undefined,
  ): PooledSandbox | undefined {
    const suits = (one: PooledSandbox) =>
      one.functionName === functionName && one.version === version.version;
    for (;;) {
      // One that is still about to ask for work is waited for only when there is no other.
      const ready = this.#idle.findLastIndex((one) => suits(one) && one.sandbox.isReady);
      const at = ready >= 0 ? ready : this.#idle.findLastIndex(suits);
      const [pooled] = at < 0 ? [] : this.#idle.splice(at, 1);
      if (!pooled) return undefined;
      const isCurrent = pooled.generation === version.generation && pooled.stamp === stamp;
      if (isCurrent && pooled.sandbox.isAlive) return pooled;
      pooled.sandbox.stop();
    }
  }

  /** Starts an environment; its init is still to be waited for. */
  async start(
    functionName: string,
    version: FunctionVersion,
    options: { isProvisioned?: boolean } = {},
  ): Promise<PooledSandbox> {
    const { env, code, sessions, keeper, processClock } = this.#options;
    const live = await this.#options.live[functionName]?.current();
    const inspect = await this.#inspectTarget(functionName);
    const [taskFolder, layerFolder, isolation, group, python] = await Promise.all([
      live?.folder ?? code.unpacked(version.codeSha256),
      this.#options.layersOf(version),
      this.#findIsolation(),
      this.#groupOf(version),
      this.#interpreters.of(version.runtime),
    ]);
    const extensions = await extensionsPlace({ functionName, version, env, layerFolder });
    const layerEntries = layerFolder === undefined ? [] : await readdir(layerFolder);
    const temporaryFolder = join(this.#folder, String(this.#sequence++));
    mkdirSync(join(temporaryFolder, 'tmp'), { recursive: true, mode: 0o700 });
    const credentials = sessions.issueCredentials(version.role, functionName, SESSION_SECONDS);
    const logStream = logStreamName(env.clock.nowMs(), version.version, env.random);
    const late: { pooled?: PooledSandbox } = {};
    const sandbox = await Sandbox.start({
      plan: (runtimeApi) =>
        planLaunch({
          functionName,
          version,
          region: env.region,
          endpoint: env.endpoint(),
          credentials,
          taskFolder,
          layerFolder,
          layerEntries,
          temporaryFolder,
          isolation,
          skeletons: this.#skeletons,
          hidden: this.#options.hidden,
          python,
          extensions: extensions.external,
          logStream,
          runtimeApi,
          initializationType: options.isProvisioned ? 'provisioned-concurrency' : 'on-demand',
          ...(inspect === undefined ? {} : { inspect }),
        }),
      isInspected: inspect !== undefined,
      memoryMB: version.memoryMB,
      extensions,
      ...(group === undefined ? {} : { group }),
      ...this.#shareOf(version),
      clock: processClock,
      keeper,
      emit: (lines) => this.#emit(late.pooled!, lines),
      onIdleChange: (_sandbox, isIdle) => late.pooled?.onIdleChange?.(isIdle),
      onEnd: (ended) => this.#forget(ended, temporaryFolder, group),
    });
    const pooled: PooledSandbox = {
      sandbox,
      functionName,
      version: version.version,
      generation: version.generation,
      stamp: live?.stamp,
      isInspected: inspect !== undefined,
      isKept: inspect !== undefined || options.isProvisioned === true,
      logGroup: version.loggingConfig.LogGroup,
      logStream,
      accessKeyId: credentials.accessKeyId,
      hasLogStream: false,
      tail: undefined,
      onIdleChange: undefined,
      idleSinceMs: 0,
    };
    late.pooled = pooled;
    this.#all.set(sandbox, pooled);
    this.#byAccessKey.set(pooled.accessKeyId, pooled);
    if (this.#isStopped) sandbox.stop();
    return pooled;
  }

  #findIsolation(): Promise<Isolation | undefined> {
    this.#isolation ??= isolationFor(this.#options.isolation);
    return this.#isolation;
  }

  /** The port is free when the environment that held it has ended. */
  async #inspectTarget(functionName: string): Promise<InspectTarget | undefined> {
    const target = this.#options.inspect?.of(functionName);
    if (!target) return undefined;
    const holders = [...this.#all.values()].filter(
      (one) => one.isInspected && one.functionName === functionName,
    );
    for (const { sandbox } of holders) {
      sandbox.stop();
      await sandbox.ended;
    }
    const { port } = target;
    this.#options.env.log(`lambda: a debugger can attach to ${functionName} at 127.0.0.1:${port}`);
    return target;
  }

  /** The kernel's limits. Its own `/tmp` is memory here: a function gets room for it. */
  async #groupOf(version: FunctionVersion): Promise<ControlGroup | undefined> {
    const hasOwnTmp = (await this.#findIsolation()) !== undefined;
    const roomMB = KERNEL_MEMORY_MB + (hasOwnTmp ? version.ephemeralStorageMB : 0);
    return this.#options.groups.create(version.memoryMB + roomMB);
  }

  /** CPUs that a function's memory buys, if it is to be held to them. */
  #shareOf({ memoryMB }: FunctionVersion): { cpus?: number } {
    if (!this.#options.cpuShare) return {};
    const { lambdaMemoryPerVcpuMB, lambdaMaxVcpus } = this.#options.env.limits;
    return { cpus: Math.min(memoryMB / lambdaMemoryPerVcpuMB, lambdaMaxVcpus) };
  }

  /** Writes log lines of an environment: its output, or the platform's. */
  log(pooled: PooledSandbox, lines: string[]): void {
    this.#emit(pooled, lines);
  }

  /** Gives an environment back after an invocation. */
  release(pooled: PooledSandbox, current: FunctionVersion | undefined): void {
    pooled.tail = undefined;
    pooled.onIdleChange = undefined;
    if (!pooled.sandbox.isAlive) return;
    if (this.#isStopped || current?.generation !== pooled.generation) {
      pooled.sandbox.stop();
      return;
    }
    pooled.idleSinceMs = this.#options.processClock.monotonicMs();
    this.#idle.push(pooled);
    const idle = this.#idle.filter((one) => !one.isKept);
    for (const one of idle.slice(0, Math.max(idle.length - this.#options.maxIdle, 0))) this.#endIdle(one);
    this.#armReaper();
  }

  /** The environment whose credentials these are: a call that a running function makes. */
  callerOf(accessKeyId: string): PooledSandbox | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }

  /** Ends the idle environments of a function, after an update or deletion. */
  retire(functionName: string): void {
    for (const pooled of this.#idle.filter((one) => one.functionName === functionName)) this.#endIdle(pooled);
  }

  #endIdle(pooled: PooledSandbox): void {
    this.#idle.splice(this.#idle.indexOf(pooled), 1);
    pooled.sandbox.shutDown();
  }

  /** Ends everything and resolves when all processes are gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelReaper?.();
    this.#idle.length = 0;
    for (const sandbox of this.#all.keys()) sandbox.shutDown();
    if (this.#all.size > 0)
      await new Promise<void>((done) => {
        this.#onceEmpty = done;
      });
    await Promise.all(this.#ending);
    await this.#options.groups.close();
  }

  #onceEmpty: (() => void) | undefined;

  #emit(pooled: PooledSandbox, lines: string[]): void {
    const { logGroup, logStream, tail } = pooled;
    const timestampMs = this.#options.env.clock.nowMs();
    if (this.#mayLog(pooled)) {
      this.#options.logs.append(
        logGroup,
        logStream,
        lines.map((message) => ({ timestampMs, message })),
      );
    }
    tail?.(lines);
  }

  /** Without the role's leave the lines are lost, as on AWS: nobody is told. */
  #mayLog(pooled: PooledSandbox): boolean {
    const { env, logs, permissions } = this.#options;
    const { accessKeyId, logGroup, logStream } = pooled;
    const actions = pooled.hasLogStream ? [] : ['CreateLogStream'];
    if (!logs.hasGroup(logGroup)) actions.unshift('CreateLogGroup');
    const may = [...actions, 'PutLogEvents'].every((action) => {
      const stream = action === 'CreateLogGroup' ? '' : logStream;
      const resource = logStreamArn(env, logGroup, stream);
      return permissions.refusal({ accessKeyId }, { action: `logs:${action}`, resource }) === undefined;
    });
    pooled.hasLogStream ||= may;
    return may;
  }

  #forget(sandbox: Sandbox, temporaryFolder: string, group: ControlGroup | undefined): void {
    const pooled = this.#all.get(sandbox);
    this.#all.delete(sandbox);
    if (pooled) {
      this.#byAccessKey.delete(pooled.accessKeyId);
      this.#options.sessions.revoke(pooled.accessKeyId);
      const at = this.#idle.indexOf(pooled);
      if (at >= 0) this.#idle.splice(at, 1);
    }
    const removing = rm(temporaryFolder, { recursive: true, force: true }).catch(() => {});
    const cleaning = Promise.all([removing, group?.remove()]).then(() => {});
    this.#ending.add(cleaning);
    void cleaning.then(() => this.#ending.delete(cleaning));
    if (this.#all.size === 0) this.#onceEmpty?.();
  }

  #armReaper(): void {
    // A debugger may look at an environment for as long as it likes.
    const oldest = this.#idle.find((one) => !one.isKept);
    if (this.#cancelReaper || !oldest) return;
    const { processClock, idleTtlMs } = this.#options;
    const dueMs = oldest.idleSinceMs + idleTtlMs - processClock.monotonicMs();
    this.#cancelReaper = processClock.after(Math.max(dueMs, 10), () => {
      this.#cancelReaper = undefined;
      const nowMs = processClock.monotonicMs();
      const due = this.#idle.filter((one) => !one.isKept && nowMs - one.idleSinceMs >= idleTtlMs);
      for (const one of due) this.#endIdle(one);
      this.#armReaper();
    });
  }
}
