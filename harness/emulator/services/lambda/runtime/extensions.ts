/**
 * The Lambda Extensions API of one execution environment. Extensions register, ask for events, and are told of
 * invocations and of the environment's end. Owns their pending `next` requests; knows nothing of processes.
 * Those of layers (`/opt/extensions`) are started with the runtime, not before it; the Telemetry API is not served.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { access, constants, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Cancel, Clock } from '../../../../core/clock.ts';
import { uuid } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';

const API = '/2020-01-01/extension/';
const MAX_BODY_BYTES = 65_536;
const MAX_EXTENSIONS = 10;
/** Time that extensions have for their end. */
export const SHUTDOWN_MS = 2_000;

export interface ExtensionsPlace {
  functionName: string;
  functionVersion: string;
  handler: string;
  accountId: string;
  /** Files in `/opt/extensions`, each a process of its own that must register. */
  external: readonly string[];
  /** A new id, of an extension or an event. */
  newId(): string;
}

interface Extension {
  id: string;
  name: string;
  events: ReadonlySet<string>;
  waiting: ServerResponse | undefined;
}

interface InvokeEvent {
  requestId: string;
  deadlineMs: number;
  functionArn: string;
  traceId: string;
}

interface ExtensionsEvents {
  /** All that were started ask for an event. */
  next(): void;
  /** One says that it cannot go on. */
  failure(payload: string, errorType: string): void;
  /** One has not asked for the next event when the time of the invocation was over. */
  overdue(): void;
}

export class Extensions {
  readonly #place: ExtensionsPlace;
  readonly #clock: Clock;
  readonly #on: ExtensionsEvents;
  readonly #registered = new Map<string, Extension>();
  #cancelOverdue: Cancel | undefined;

  constructor(place: ExtensionsPlace, clock: Clock, on: ExtensionsEvents) {
    this.#place = place;
    this.#clock = clock;
    this.#on = on;
  }

  static serves(path: string): boolean {
    return path.startsWith(API);
  }

  /** All that were started have registered, and all that have registered ask for an event. */
  get areReady(): boolean {
    const all = [...this.#registered.values()];
    return (
      this.#place.external.every((name) => all.some((one) => one.name === name)) &&
      all.every((one) => one.waiting !== undefined)
    );
  }

  get wantShutdown(): boolean {
    return [...this.#registered.values()].some((one) => one.events.has('SHUTDOWN') && one.waiting);
  }

  async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const action = `${incoming.method} ${(incoming.url ?? '').slice(API.length)}`;
    const text = await read(incoming);
    if (action === 'POST register') return this.#register(incoming, outgoing, text);
    const found = this.#registered.get(String(incoming.headers['lambda-extension-identifier'] ?? ''));
    if (!found) return refuse(outgoing, 403, 'Extension.UnknownExtensionIdentifier', 'Unknown extension');
    if (action === 'GET event/next') return this.#next(found, outgoing);
    if (action === 'POST init/error' || action === 'POST exit/error') {
      answer(outgoing, 202, { status: 'OK' });
      const errorType = String(
        incoming.headers['lambda-extension-function-error-type'] ?? 'Extension.Unknown',
      );
      return this.#on.failure(text || JSON.stringify({ errorType }), errorType);
    }
    refuse(outgoing, 404, 'InvalidRequest', `${incoming.url} is not served.`);
  }

  invoke({ requestId, deadlineMs, functionArn, traceId }: InvokeEvent, timeoutMs: number): void {
    const told = this.#tell('INVOKE', {
      eventType: 'INVOKE',
      deadlineMs,
      requestId,
      invokedFunctionArn: functionArn,
      tracing: { type: 'X-Amzn-Trace-Id', value: traceId },
    });
    if (told) this.#cancelOverdue = this.#clock.after(timeoutMs, () => this.#on.overdue());
  }

  shutDown(): void {
    const deadlineMs = this.#clock.nowMs() + SHUTDOWN_MS;
    this.#tell('SHUTDOWN', { eventType: 'SHUTDOWN', shutdownReason: 'SPINDOWN', deadlineMs });
  }

  stop(): void {
    this.#cancelOverdue?.();
  }

  #register(incoming: IncomingMessage, outgoing: ServerResponse, text: string): void {
    const name = String(incoming.headers['lambda-extension-name'] ?? '');
    const events = eventsOf(text);
    if (name === '' || events === undefined || this.#registered.size >= MAX_EXTENSIONS) {
      const [status, errorType, message] =
        name === ''
          ? ([403, 'Extension.InvalidExtensionName', 'Empty extension name'] as const)
          : events === undefined
            ? ([400, 'InvalidRequest', 'The events of an extension are INVOKE and SHUTDOWN.'] as const)
            : ([403, 'Extension.TooManyExtensions', `Extension limit (${MAX_EXTENSIONS}) reached`] as const);
      refuse(outgoing, status, errorType, message);
      return;
    }
    const id = this.#place.newId();
    this.#registered.set(id, { id, name, events: new Set(events), waiting: undefined });
    const { functionName, functionVersion, handler, accountId } = this.#place;
    const asksAccount = String(incoming.headers['lambda-extension-accept-feature'] ?? '').includes(
      'accountId',
    );
    outgoing.setHeader('lambda-extension-identifier', id);
    answer(outgoing, 200, {
      functionName,
      functionVersion,
      handler,
      ...(asksAccount ? { accountId } : {}),
    });
  }

  #next(extension: Extension, outgoing: ServerResponse): void {
    extension.waiting = outgoing;
    outgoing.on('close', () => {
      if (extension.waiting === outgoing) extension.waiting = undefined;
    });
    if (!this.areReady) return;
    this.#cancelOverdue?.();
    this.#cancelOverdue = undefined;
    this.#on.next();
  }

  /** True when there was somebody to tell. */
  #tell(event: 'INVOKE' | 'SHUTDOWN', body: object): boolean {
    let isTold = false;
    for (const one of this.#registered.values()) {
      const { waiting } = one;
      if (!waiting || !one.events.has(event)) continue;
      one.waiting = undefined;
      isTold = true;
      waiting.setHeader('lambda-extension-event-identifier', this.#place.newId());
      answer(waiting, 200, body);
    }
    return isTold;
  }
}

/** The environment as its extensions see it; `external` are the executable files in `extensions` of its layers. */
export async function extensionsPlace(input: {
  functionName: string;
  version: { version: string; handler: string };
  env: { accountId: string; random: Random };
  layerFolder: string | undefined;
}): Promise<ExtensionsPlace> {
  const { functionName, version, env, layerFolder } = input;
  const external = layerFolder === undefined ? [] : await executables(join(layerFolder, 'extensions'));
  const { version: functionVersion, handler } = version;
  const newId = () => uuid(env.random);
  return { functionName, functionVersion, handler, accountId: env.accountId, external, newId };
}

async function executables(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    const isExecutable = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) names.push(name);
  }
  return names.sort();
}

function eventsOf(text: string): string[] | undefined {
  try {
    const { events = [] } = JSON.parse(text || '{}') as { events?: unknown };
    const known = Array.isArray(events) && events.every((one) => one === 'INVOKE' || one === 'SHUTDOWN');
    return known ? events : undefined;
  } catch {
    return undefined;
  }
}

async function read(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) if (text.length < MAX_BODY_BYTES) text += String(chunk);
  return text;
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify(body));
}

const refuse = (outgoing: ServerResponse, status: number, errorType: string, errorMessage: string): void =>
  answer(outgoing, status, { errorMessage, errorType });
