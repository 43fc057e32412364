/**
 * One execution environment: a process behind a Runtime API of its own, used for one invocation at a time.
 * Owns the process, its listener, its memory limit and its output; knows nothing of queues or of other
 * environments.
 *
 * Invariants: once `stop` was called or the process has ended, nothing of it is left running; every invocation
 * ends with exactly one outcome, whatever the process does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../../../core/clock.ts';
import { monotonicMs } from '../../../../core/monotonic.ts';
import type { ProcessExit } from './contained-command.ts';
import type { ControlGroup } from './control-groups.ts';
import { CpuThrottle } from './cpu-throttle.ts';
import { exitReason } from './exit-reason.ts';
import { Extensions, type ExtensionsPlace, SHUTDOWN_MS } from './extensions.ts';
import type { LaunchPlan } from './launch.ts';
import { drain, FrameSplitter, LineSplitter } from './output-lines.ts';
import { killGroup, type ProcessKeeper } from './process-keeper.ts';
import { functionProcess, holdsConnection, treeOf } from './process-tree.ts';
import { ProcessWatch } from './process-watch.ts';
import { type Delivery, RuntimeApi, type RuntimeApiEvents } from './runtime-api.ts';

export type InitOutcome =
  | { ok: true; durationMs: number }
  | { ok: false; durationMs: number; status: 'error' | 'timeout'; errorType: string; payload: string };

export type InvokeOutcome = { durationMs: number } & (
  | { kind: 'success'; payload: string; streamedAs?: string }
  /** The runtime reported an error of the handler. */
  | { kind: 'error'; payload: string; errorType: string }
  /** The process ended; `reason` as AWS words it. */
  | { kind: 'exit'; errorType: string; reason: string }
  | { kind: 'timeout' }
);

export interface SandboxOptions {
  /** Given its Runtime API, how to start the process. */
  plan(runtimeApi: { address: string; key: string }): LaunchPlan;
  memoryMB: number;
  extensions: ExtensionsPlace;
  /** The kernel's limits for it, where there are any. */
  group?: ControlGroup;
  /** CPUs it may use while it runs an invocation, fractions allowed; without it as many as it likes. */
  cpus?: number;
  /** A debugger may attach: its init and invocations may take as long as they like. */
  isInspected?: boolean;
  /** Wall clock: processes live in real time whatever the clock of the executions. */
  clock: Clock;
  keeper: ProcessKeeper;
  /** Takes log events in order; called with whole lines. */
  emit(lines: string[]): void;
  /** Called once when the process is gone. */
  onEnd(sandbox: Sandbox): void;
  /** Called when a running function has begun to wait for something (true) or to compute again (false). */
  onIdleChange?(sandbox: Sandbox, isIdle: boolean): void;
}

export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #child: ChildProcess;
  readonly #plan: LaunchPlan;
  readonly #api: RuntimeApi;
  readonly #extensions: Extensions;
  readonly #watch: ProcessWatch;
  readonly #throttle: CpuThrottle | undefined;
  readonly #splitters = { out: new LineSplitter(), err: new LineSplitter(), frames: new FrameSplitter() };
  #lines: string[] = [];
  #startedMs = 0;
  #exit: ProcessExit | undefined;
  #isOutOfMemory = false;
  #isStopped = false;
  #peakMB = 0;
  #onceReady: (() => void) | undefined;
  #initFailure: { payload: string; errorType: string } | undefined;
  #settle: ((outcome: InvokeOutcome) => void) | undefined;

  private constructor(options: SandboxOptions, api: RuntimeApi, extensions: Extensions) {
    const plan = options.plan(api);
    this.#plan = plan;
    this.#options = options;
    this.#api = api;
    this.#extensions = extensions;
    this.ended = new Promise((resolve) => {
      this.#onceEnded = resolve;
    });
    this.#startedMs = monotonicMs();
    this.#child = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const pid = this.#child.pid;
    if (pid !== undefined) {
      options.keeper.add(pid);
      void options.group?.add(pid);
    }
    this.#child.stdin?.write('go\n');
    // The first process of a PID namespace reads on: the namespace ends with the harness.
    if (plan.containment !== 'namespaces') this.#child.stdin?.end();
    this.#watch = new ProcessWatch({
      memoryMB: options.memoryMB,
      clock: options.clock,
      onExceeded: () => this.stopOutOfMemory(),
      onIdleChange: (isIdle) => options.onIdleChange?.(this, isIdle),
    });
    // Init has AWS's whole CPU; the share counts from the first invocation on.
    this.#throttle =
      options.cpus === undefined || options.group !== undefined
        ? undefined
        : new CpuThrottle({
            clock: options.clock,
            cpus: options.cpus,
            usedMs: () => this.#watch.cpuMs(),
            signal: (name) => this.#signal(name),
          });
    this.#child.on('error', ({ message: errorMessage }) => {
      // The interpreter could not be started at all.
      const errorType = 'Runtime.InvalidEntrypoint';
      this.#initFailure ??= { errorType, payload: JSON.stringify({ errorType, errorMessage }) };
      this.#onExit({ code: 1, signal: null });
    });
    this.#child.on('exit', (code, signal) => this.#onExit(plan.exitOf({ code, signal })));
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#takeOutput('out', bytes));
    this.#child.stderr?.on('data', (bytes: Buffer) => this.#takeOutput('err', bytes));
    this.#telemetry?.once('data', () => this.#onInitBegin());
    this.#telemetry?.on('data', (bytes: Buffer) => this.#takeFrames(bytes));
    const streams = [this.#child.stdin, this.#child.stdout, this.#child.stderr, this.#telemetry];
    for (const stream of streams) stream?.on('error', () => {});
  }

  /** Starts the process; `init` tells when it is ready. */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    const late: { sandbox?: Sandbox } = {};
    const extensions = new Extensions(options.extensions, options.clock, {
      next: () => api.isWaiting && late.sandbox?.onNext(),
      failure(payload, errorType) {
        late.sandbox?.failInit(payload, errorType);
        late.sandbox?.stop();
      },
      overdue: () => options.isInspected || late.sandbox?.stop(),
    });
    const events: RuntimeApiEvents = {
      onNext: () => late.sandbox?.onNext(),
      onResponse: (_id, payload, streamedAs) =>
        late.sandbox?.finish({
          kind: 'success',
          payload,
          ...(streamedAs === undefined ? {} : { streamedAs }),
        }),
      onError: (_id, payload, errorType) => late.sandbox?.finish({ kind: 'error', payload, errorType }),
      onInitError: (payload, errorType) => late.sandbox?.failInit(payload, errorType),
      isOwn: async (...ports) => (await late.sandbox?.holdsConnection(...ports)) ?? false,
    };
    const api: RuntimeApi = await RuntimeApi.start(events, extensions);
    late.sandbox = new Sandbox(options, api, extensions);
    return late.sandbox;
  }

  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  #onceEnded: () => void = () => {};

  /** False once it has ended or is about to. */
  get isAlive(): boolean {
    return this.#exit === undefined && !this.#isStopped;
  }

  /** True when it asks for work right now. */
  get isReady(): boolean {
    return this.isAlive && this.#api.isWaiting;
  }

  /**
   * Resolves to true when the process asks for work, to false when it ends instead: a runtime that has reported
   * an error may be about to exit, and must not be given another event.
   */
  whenReady(): Promise<boolean> {
    if (!this.isAlive) return Promise.resolve(false);
    if (this.#api.isWaiting) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#onceReady = () => {
        this.#onceReady = undefined;
        resolve(this.isAlive);
      };
    });
  }

  /** Peak resident memory up to the end of the last invocation, MB. */
  get peakMemoryMB(): number {
    return this.#peakMB;
  }

  /** Resolves when the process first asks for work, or cannot, or has not within `limitMs`. */
  init(limitMs: number): Promise<InitOutcome> {
    this.#watch.start();
    return new Promise((resolve) => {
      const done = (outcome: InitOutcome) => {
        cancel();
        this.#onceReady = undefined;
        this.#peakMB = this.#watch.peakMB();
        this.#watch.pause();
        this.#flush();
        resolve(outcome);
      };
      const fail = (status: 'error' | 'timeout', errorType: string, payload: string) =>
        done({ ok: false, durationMs: this.#sinceStartMs(), status, errorType, payload });
      const cancel = this.#afterLimit(limitMs - this.#sinceStartMs(), () => {
        this.stop();
        fail('timeout', 'Sandbox.Timedout', '');
      });
      this.#onceReady = () => {
        if (this.#initFailure) fail('error', this.#initFailure.errorType, this.#initFailure.payload);
        else if (this.#exit) {
          const { errorType, reason } = exitReason(this.#exit, this.#isOutOfMemory);
          fail('error', errorType, reason);
        } else {
          if (this.#options.cpus !== undefined) void this.#options.group?.limitCpu(this.#options.cpus);
          done({ ok: true, durationMs: this.#sinceStartMs() });
        }
      };
      if (this.#api.isWaiting || this.#exit || this.#initFailure) this.#onceReady();
    });
  }

  /** Runs one invocation on a sandbox that is ready. `timeoutMs` counts from the moment the process is given the event. */
  invoke(delivery: Delivery, timeoutMs: number): Promise<InvokeOutcome> {
    return new Promise((resolve) => {
      let cancel: Cancel = () => {};
      this.#settle = (outcome) => {
        cancel();
        this.#settle = undefined;
        this.#throttle?.stop();
        this.#watch.pause();
        this.#flush();
        resolve(outcome);
      };
      this.#startedMs = monotonicMs();
      this.#api.deliver(delivery);
      this.#extensions.invoke(delivery, timeoutMs);
      // The function is at work already.
      this.#watch.start();
      this.#throttle?.start();
      cancel = this.#afterLimit(timeoutMs, () => {
        // Output first: what the function wrote before its end is its best witness.
        this.#drainAll();
        this.finish({ kind: 'timeout' });
        this.stop();
      });
    });
  }

  /** Kills the process as one that has used up its memory. */
  stopOutOfMemory(): void {
    this.#isOutOfMemory = true;
    this.stop();
  }

  /** Ends an environment that is not needed any more: its extensions are told, and have a little time. */
  shutDown(): void {
    if (!this.isAlive || !this.#extensions.wantShutdown) {
      this.stop();
      return;
    }
    this.#isStopped = true;
    this.#extensions.shutDown();
    this.#options.clock.after(SHUTDOWN_MS, () => this.stop());
  }

  /** Kills the process and everything it started. */
  stop(): void {
    this.#isStopped = true;
    const { pid } = this.#child;
    if (pid !== undefined && !this.#exit && !killGroup(pid)) this.#child.kill('SIGKILL');
    this.#api.stop();
  }

  /** Nobody is hurried while a debugger may look on. */
  #afterLimit(limitMs: number, work: () => void): Cancel {
    return this.#options.isInspected ? () => {} : this.#options.clock.after(limitMs, work);
  }

  #signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#exit) return;
    try {
      process.kill(-pid, name);
    } catch {
      // It has just ended.
    }
  }

  get #telemetry(): Socket | null {
    return this.#child.stdio[3] as Socket | null;
  }

  /** The preparation is over: the function's own process is there, and its init begins. */
  #onInitBegin(): void {
    this.#startedMs = monotonicMs();
    const { pid } = this.#child;
    if (pid === undefined || this.#exit) return;
    const own = functionProcess(pid, this.#plan.containment);
    this.#watch.follow(own);
    if (own === pid) return;
    // Those that were started before the group had taken their parent in.
    void treeOf(own).then((all) => Promise.all(all.map((one) => this.#options.group?.add(one))));
  }

  /** Whether a client of the Runtime API is a process of this environment; unknown without containment. */
  async holdsConnection(clientPort: number, serverPort: number): Promise<boolean> {
    if (this.#plan.containment === 'none') return true;
    return this.#child.pid !== undefined && holdsConnection(this.#child.pid, clientPort, serverPort);
  }

  onNext(): void {
    this.#onceReady?.();
  }

  failInit(payload: string, errorType: string): void {
    this.#initFailure = { payload, errorType };
  }

  finish(outcome: DistributiveOmit<InvokeOutcome, 'durationMs'>): void {
    const durationMs = this.#sinceStartMs();
    this.#drainAll();
    this.#peakMB = this.#watch.peakMB();
    if (outcome.kind === 'success' && this.#peakMB > this.#options.memoryMB) {
      // It outgrew its memory between two looks at it: AWS's limit would have ended it there.
      this.#isOutOfMemory = true;
      this.stop();
      const exit = exitReason({ code: null, signal: 'SIGKILL' }, true);
      this.#settle?.({ kind: 'exit', ...exit, durationMs });
      return;
    }
    this.#settle?.({ ...outcome, durationMs });
  }

  #sinceStartMs(): number {
    return monotonicMs() - this.#startedMs;
  }

  #onExit(exit: ProcessExit): void {
    if (this.#exit) return;
    this.#drainAll();
    this.#exit = exit;
    const { pid } = this.#child;
    if (pid !== undefined) {
      // Children it left behind go with it.
      killGroup(pid);
      this.#options.keeper.remove(pid);
    }
    if (this.#options.group?.ranOutOfMemory()) this.#isOutOfMemory = true;
    this.#throttle?.stop();
    this.#extensions.stop();
    this.#watch.close();
    this.#peakMB = this.#watch.peakMB();
    this.#api.stop();
    this.#child.stdin?.destroy();
    if (this.#settle) this.finish({ kind: 'exit', ...exitReason(exit, this.#isOutOfMemory) });
    else this.#onceReady?.();
    this.#flush();
    this.#options.onEnd(this);
    this.#onceEnded();
  }

  #takeOutput(stream: 'out' | 'err', bytes: Buffer): void {
    this.#splitters[stream].push(bytes, (line) => this.#lines.push(line));
    this.#emit();
  }

  #takeFrames(bytes: Buffer): void {
    this.#splitters.frames.push(bytes, (message) => this.#lines.push(message));
    this.#emit();
  }

  #drainAll(): void {
    drain(this.#telemetry ?? undefined, (bytes) => this.#takeFrames(bytes));
    drain(this.#child.stdout as Socket, (bytes) => this.#takeOutput('out', bytes));
    drain(this.#child.stderr as Socket, (bytes) => this.#takeOutput('err', bytes));
  }

  /** Ends unfinished lines: the next invocation's output must not go on in them. */
  #flush(): void {
    this.#splitters.out.flush((line) => this.#lines.push(line));
    this.#splitters.err.flush((line) => this.#lines.push(line));
    this.#emit();
  }

  #emit(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#options.emit(lines);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
