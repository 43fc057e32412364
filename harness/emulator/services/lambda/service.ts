import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { wallClock } from '../../../core/clock.ts';
import { AwsError } from '../../../core/errors.ts';
import { restJsonCodec } from '../../http/codecs/rest-json.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service } from '../../http/wire.ts';
import { Tables } from '../../state/tables.ts';
import { createAccessControl } from '../access-control.ts';
import type {
  FunctionsPort,
  LogsPort,
  MetricsPort,
  ObjectsPort,
  PermissionsPort,
  RolesPort,
  ServiceEnvironment,
  SessionsPort,
} from '../ports.ts';
import { ArchiveLinks } from './code/archive-links.ts';
import { CodeStore } from './code/code-store.ts';
import type { LiveCode } from './code/live-folder.ts';
import { LayerMerger } from './code/merge-layers.ts';
import { SharedPackages } from './code/shared-packages.ts';
import type { LambdaContext } from './context.ts';
import { validationException } from './errors.ts';
import { FunctionControl } from './function-control.ts';
import { AsyncQueue } from './invoke/async-queue.ts';
import { Concurrency } from './invoke/concurrency.ts';
import { CoreSlots } from './invoke/core-slots.ts';
import { FunctionMetrics } from './invoke/function-metrics.ts';
import { createInvoker, type Invoker } from './invoke/invoker.ts';
import type { EndedInvocation, InvocationBoundary, InvocationPlace } from './invoke/run-invocation.ts';
import { lambdaModel } from './model.ts';
import { operations } from './operations/index.ts';
import { claimedBy, Provisioner, provisionedBy } from './provisioned-concurrency.ts';
import type { Isolation } from './runtime/contained-command.ts';
import { ControlGroups } from './runtime/control-groups.ts';
import { type InspectOptions, InspectTargets } from './runtime/inspect-targets.ts';
import type { IsolationMode } from './runtime/isolation.ts';
import { ProcessKeeper } from './runtime/process-keeper.ts';
import { SandboxPool } from './runtime/sandbox-pool.ts';
import { CodeSigningStore } from './store/code-signing-store.ts';
import { FunctionStore } from './store/function-store.ts';
import { LayerStore } from './store/layer-store.ts';
import { allowsOrigin, isFunctionUrlPath, serveFunctionUrl } from './url/serve-url.ts';

export interface LambdaOptions {
  /** Functions that may compute at the same time on this machine; the number of its cores by default. */
  coreSlots?: number;
  /** Places that are shared with other emulators of this machine, instead of `coreSlots`. */
  slots?: CoreSlots;
  /**
   * How long a creation or an update of a function takes at least; 60 ms by default. AWS takes seconds: clients that do
   * not wait must notice here too.
   */
  transitionMs?: number;
  /** An environment idle for longer is ended; 5 minutes by default. */
  idleTtlMs?: number;
  /** Idle environments kept at most, of all functions together; 16 by default. */
  maxIdleSandboxes?: number;
  /**
   * Functions see their own files and processes only: as far as this machine allows it (`auto`, the default), or not at
   * all without it (`required`), or never (`none`); or in one particular way.
   */
  isolation?: IsolationMode | Isolation;
  /**
   * Functions get the share of CPU that their memory buys (1,769 MB = 1 vCPU): by a control group where this
   * machine allows one, else by stopping and continuing their processes. Default false: as fast as the machine.
   */
  cpuShare?: boolean;
  /** Functions that a debugger may attach to, on loopback. Timeouts are suspended for them. */
  inspect?: InspectOptions;
  /** Functions whose code is read from where it is worked on, whatever package they were created with. */
  live?: { readonly [functionName: string]: LiveCode };
  /** Where unpacked packages are kept for the emulators that come after; in the state folder by default. */
  packagesFolder?: string;
  /** Sees and may change what functions are given and answer. */
  boundary?: InvocationBoundary;
  /** Faults meant for functions' environments (chaos). */
  strike?: InvocationPlace['strike'];
}

export interface LambdaService extends Service, FunctionsPort {
  /** Calls `listener` for every invocation that ends; the result ends it. */
  onInvocationEnd(listener: (ended: EndedInvocation) => void): () => void;
}

/** What Lambda needs of its neighbours. */
export interface LambdaPorts {
  logs: LogsPort;
  metrics: MetricsPort;
  objects: ObjectsPort;
  roles: RolesPort & SessionsPort & PermissionsPort;
}

const IDLE_TTL_MS = 5 * 60_000;
const MAX_IDLE = 16;
const LISTENING_POLL_MS = 10;
const TRANSITION_MS = 60;
/** Requests with code: 50 MB of zip in base64, and a little JSON around it. AWS names this limit in its error. */
const MAX_BODY_BYTES = 70_167_211;

/** Lambda: functions run as processes of their own behind the Runtime API. */
export function createLambdaService(
  env: ServiceEnvironment,
  ports: LambdaPorts,
  options: LambdaOptions,
): LambdaService {
  const processClock = wallClock({ unref: true });
  const keeper = new ProcessKeeper(env.stateDir, env.log);
  const tables = new Tables(env.state);
  const store = new FunctionStore(env, tables);
  const code = new CodeStore(
    env.state,
    () => env.limits.lambdaUnzippedBytes,
    options.packagesFolder === undefined ? undefined : new SharedPackages(options.packagesFolder),
  );
  const layers = new LayerStore(env, tables);
  const merger = new LayerMerger(env.stateDir, code);
  const pool = new SandboxPool({
    env,
    processClock,
    logs: ports.logs,
    code,
    layersOf: (version) => merger.merged(version.layers.map((layer) => layer.codeSha256)),
    sessions: ports.roles,
    permissions: ports.roles,
    keeper,
    idleTtlMs: options.idleTtlMs ?? IDLE_TTL_MS,
    maxIdle: options.maxIdleSandboxes ?? MAX_IDLE,
    isolation: options.isolation ?? 'auto',
    hidden: [
      dirname(env.stateDir),
      ...(options.packagesFolder === undefined ? [] : [options.packagesFolder]),
    ],
    groups: new ControlGroups(),
    inspect: options.inspect && new InspectTargets(options.inspect),
    live: options.live ?? {},
    cpuShare: options.cpuShare ?? false,
  });
  const control = new FunctionControl({
    env,
    store,
    code,
    objects: ports.objects,
    pool,
    layers,
    permissions: ports.roles,
    processClock,
    transitionMs: options.transitionMs ?? TRANSITION_MS,
  });
  const concurrency = new Concurrency({
    limits: env.limits,
    nowMs: () => env.clock.monotonicMs(),
    reserved: (name) => store.find(name)?.reservedConcurrency,
    totalClaimed() {
      let sum = 0;
      for (const found of store.all()) sum += claimedBy(found);
      return sum;
    },
    provisioned: (name, version) => provisionedBy(store.find(name), version),
  });
  const late: { invoker?: Invoker } = {};
  const asyncQueue = new AsyncQueue(env, store, (request) => late.invoker!.invoke(request), ports.objects);
  const endListeners = new Set<(ended: EndedInvocation) => void>();
  const invoker = createInvoker({
    env,
    store,
    concurrency,
    metrics: new FunctionMetrics(ports.metrics, () => env.clock.nowMs()),
    permissions: ports.roles,
    place: {
      env,
      pool,
      slots: options.slots ?? new CoreSlots(options.coreSlots ?? availableParallelism()),
      wallNowMs: () => processClock.nowMs(),
      onEnded(ended) {
        for (const listener of endListeners) listener(ended);
      },
      ...(options.strike ? { strike: options.strike } : {}),
      ...(options.boundary ? { boundary: options.boundary } : {}),
    },
    asyncQueue,
    serving: (found, version) => control.serving(found, version),
  });
  late.invoker = invoker;
  /** A process needs to know where the emulator listens. */
  const whenListening = (work: () => void): void => {
    if (env.endpoint() !== '') work();
    else processClock.after(LISTENING_POLL_MS, () => whenListening(work));
  };
  // Functions and versions that were being created or updated when the harness last ended.
  for (const found of store.list()) {
    control.settle(found);
    if (options.inspect && found.latest.state === 'Active')
      whenListening(() => void pool.prestart(found.name, found.latest));
  }
  whenListening(() => asyncQueue.resume());
  const context: LambdaContext = {
    env,
    store,
    layers,
    codeSigning: new CodeSigningStore(env, tables),
    code,
    archives: new ArchiveLinks({ endpoint: () => env.endpoint(), nowMs: () => processClock.nowMs() }),
    control,
    invoker,
    pool,
    provisioner: new Provisioner(pool),
    permissions: ports.roles,
  };
  const access = createAccessControl(
    { sessions: ports.roles, permissions: ports.roles },
    { kind: 'json', status: 403 },
  );
  const model = lambdaModel(env.limits);
  const service = createPipelineService({
    name: 'lambda',
    model,
    codecs: [restJsonCodec(model, operations)],
    operations,
    context,
    access,
    errors: {
      validation: validationException,
      denied: (message) => new AwsError('AccessDeniedException', message, 403),
      internal: () =>
        new AwsError('ServiceException', 'An error occurred and the request cannot be processed.', 500),
      notServed: (operation) =>
        new AwsError('UnknownOperationException', `${operation} is not served by cosmicai.`, 501),
    },
    maxBodyBytes: MAX_BODY_BYTES,
    log: env.warn,
    state: env.state,
    async stop() {
      control.stop();
      asyncQueue.stop();
      await pool.stop();
      keeper.stop();
      await env.state.close();
    },
  });
  const urls = { env, store, invoker, sessions: ports.roles, permissions: ports.roles, access };
  return {
    ...service,
    permitsCrossOrigin: (request) => isFunctionUrlPath(request.path) && allowsOrigin(urls, request),
    handle: (request) =>
      isFunctionUrlPath(request.path) ? serveFunctionUrl(urls, request) : service.handle(request),
    invoke: (request) => invoker.invoke(request),
    onInvocationEnd(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
  };
}
