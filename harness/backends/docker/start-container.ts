/**
 * One container: started, asked until it really answers, watched, and removed again. Owns the container from the
 * moment the engine knows it. Failures are one sentence each: no image, port taken, died, too slow.
 */
import type { Readable } from 'node:stream';
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import type { Clock } from '../../core/clock.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { sleep } from '../../deploy/resources/resource-driver.ts';
import { containerEngine, engageCleaner, isLocal, LABELS, ownerOf, removeLabelled } from './engine.ts';
import { HOST_IN_CONTAINERS } from './loopback-door.ts';

export interface ContainerSpec {
  /** `LocalStack`; for people. */
  title: string;
  /** `localstack`; its label. */
  role: string;
  image: string;
  /** Port in the container. */
  port: number;
  /** Port on this machine; absent: any free one. */
  hostPort?: number;
  environment: Record<string, string>;
  files?: { content: string; target: string }[];
  /** Folders and sockets of the engine's machine, by their place in the container. */
  binds?: { source: string; target: string }[];
  /** How long it may take to answer, milliseconds. */
  startTimeoutMs: number;
  clock: Clock;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Asks for a real answer; rejects while there is none. */
  answers(url: string): Promise<void>;
  /** Every line the container writes. */
  onLine(line: string): void;
}

export interface RunningContainer {
  readonly url: string;
  readonly id: string;
  /** Why it is not running any more; undefined while it is. */
  whyEnded(): Promise<HarnessError | undefined>;
  stop(): Promise<void>;
}

const POLL_MS = 200;
/** LocalStack ends the containers of its functions on SIGTERM; Docker's own 0 s of testcontainers would leave them. */
const STOP_TIMEOUT_MS = 10_000;
const LAST_LINES = 3;

/** @throws HarnessError `no-docker`, `no-image`, `port-in-use`, `container-died`, `slow-start` (exit code 3) */
export async function startContainer(spec: ContainerSpec): Promise<RunningContainer> {
  const client = await containerEngine();
  await engageCleaner(client);
  const tail: string[] = [];
  const line = (text: string) => {
    if (text.trim() === '') return;
    tail.push(text.trim());
    if (tail.length > LAST_LINES) tail.shift();
    spec.onLine(text);
  };
  const started = await create(spec, line);
  const running = watch(spec, started, client.container.getById(started.getId()), tail);
  try {
    await untilAnswered(spec, running);
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Starts of this process, counted. */
let starts = 0;

async function create(spec: ContainerSpec, line: (text: string) => void): Promise<StartedTestContainer> {
  const name = `${ownerOf()}/${++starts}`;
  try {
    const container = await describe(spec, line);
    return await container.withLabels({ [LABELS.start]: name }).start();
  } catch (error) {
    // One that could not be started (its port is taken, say) was made all the same.
    await removeLabelled(LABELS.start, name);
    throw refused(spec, error as Error);
  }
}

async function describe(spec: ContainerSpec, line: (text: string) => void): Promise<GenericContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const { port, hostPort } = spec;
  /** Published on this machine's loopback alone; a remote engine publishes on its own addresses. */
  class Container extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      if (!isLocal(await containerEngine())) return;
      const published = Object.values((this.hostConfig.PortBindings ?? {}) as Record<string, PortBinding[]>);
      for (const binding of published.flat()) binding.HostIp = '127.0.0.1';
    }
  }
  return (
    new Container(spec.image)
      .withLabels({ [LABELS.owner]: ownerOf(), [LABELS.role]: spec.role })
      .withEnvironment(spec.environment)
      .withExposedPorts(hostPort === undefined ? port : { container: port, host: hostPort })
      .withExtraHosts([{ host: HOST_IN_CONTAINERS, ipAddress: 'host-gateway' }])
      .withCopyContentToContainer(spec.files ?? [])
      .withBindMounts(spec.binds ?? [])
      .withLogConsumer((stream) => eachLine(stream as Readable, line))
      // A listening port and a healthy page say little: what it is asked below decides.
      .withWaitStrategy(Wait.forAll([]))
  );
}

function eachLine(stream: Readable, line: (text: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer | string) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  });
  stream.on('end', () => line(rest));
  stream.on('error', () => {});
}

interface PortBinding {
  HostIp?: string;
}

interface Inspectable {
  inspect(): Promise<{ State: { Running: boolean; ExitCode: number; OOMKilled: boolean } }>;
}

function watch(
  spec: ContainerSpec,
  started: StartedTestContainer,
  container: Inspectable,
  tail: readonly string[],
): RunningContainer {
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${started.getHost() === 'localhost' ? '127.0.0.1' : started.getHost()}:${started.getMappedPort(spec.port)}`,
    id: started.getId(),
    async whyEnded() {
      if (stopping) return undefined;
      const state = await container.inspect().then(
        ({ State }) => State,
        () => undefined,
      );
      if (state?.Running) return undefined;
      const how = state
        ? `ended with exit code ${state.ExitCode}${state.OOMKilled ? ' (out of memory)' : ''}`
        : 'is gone';
      return new HarnessError('container-died', `The container of ${spec.title} (${spec.image}) ${how}.`, {
        exitCode: ExitCode.environmentFailed,
        remedy: lastWords(tail),
      });
    },
    stop() {
      stopping ??= started.stop({ timeout: STOP_TIMEOUT_MS }).then(
        () => {},
        // Removed by somebody else, or the engine is gone: nothing is left to end.
        () => {},
      );
      return stopping;
    },
  };
}

async function untilAnswered(spec: ContainerSpec, running: RunningContainer): Promise<void> {
  const deadlineMs = spec.clock.nowMs() + spec.startTimeoutMs;
  for (;;) {
    spec.signal?.throwIfAborted();
    const failure = await spec.answers(running.url).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure) return;
    const ended = await running.whyEnded();
    if (ended) throw ended;
    if (spec.clock.nowMs() > deadlineMs) {
      throw new HarnessError(
        'slow-start',
        `${spec.title} (${spec.image}) did not answer within ${Math.round(spec.startTimeoutMs / 1000)} s: ${failure.message}`,
        {
          exitCode: ExitCode.environmentFailed,
          remedy: 'Give it longer with COSMICAI_START_TIMEOUT (seconds), or see what it says with --verbose.',
          cause: failure,
        },
      );
    }
    await sleep(spec.clock, POLL_MS);
  }
}

/** What the engine says when it will not start the container, and nothing of it stays behind. */
function refused(spec: ContainerSpec, error: Error): HarnessError {
  const { image, title, hostPort } = spec;
  const options = { exitCode: ExitCode.environmentFailed, cause: error };
  if (hostPort !== undefined && /port is already allocated|address already in use/i.test(error.message)) {
    return new HarnessError('port-in-use', `The port ${hostPort}, wanted for ${title}, is taken.`, {
      ...options,
      remedy: 'Name another with port=, or leave it out and any free one is taken.',
    });
  }
  if (
    /no such image|manifest|pull access denied|not found|failed to resolve|pull|lookup/i.test(error.message)
  ) {
    return new HarnessError('no-image', `The image ${image} of ${title} cannot be had: ${oneLine(error)}`, {
      ...options,
      remedy: `Check its name and tag (docker pull ${image}); another is named with ${spec.role}=IMAGE.`,
    });
  }
  return new HarnessError(
    'container-refused',
    `${title} (${image}) cannot be started: ${oneLine(error)}`,
    options,
  );
}

const oneLine = (error: Error) => error.message.replace(/\s+/g, ' ').trim();

const lastWords = (tail: readonly string[]) =>
  tail.length === 0 ? 'It wrote nothing.' : `Its last words: ${tail.join(' | ').slice(0, 400)}`;
