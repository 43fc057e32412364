/**
 * The places that the contract is held against, and why one of them cannot be tried on this machine. A skip always
 * names its reason, in the name of the tests that do not run.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerEngine } from '../../../harness/backends/docker/engine.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

export interface Place {
  /** As in `--backend`, for people. */
  title: string;
  /** Why it cannot be tried here; undefined when it can. */
  skip: string | undefined;
  /** Brings up what the backend does not start itself; answers the text for `--backend`. */
  prepare(): Promise<{ backend: string; close(): Promise<void> }>;
}

const nothing = async () => {};

const plain = (backend: string, skip?: string): Place => ({
  title: backend,
  skip,
  prepare: async () => ({ backend, close: nothing }),
});

export const LOCALSTACK = 'localstack/localstack:4.14.0';
const MINISTACK = 'ministackorg/ministack:1.5.33';
const STEPFUNCTIONS_LOCAL = 'amazon/aws-stepfunctions-local:2.0.0';

/** Why containers of `image` cannot be started; undefined when they can. Nothing is pulled for a test. */
export async function whyNotImage(image: string): Promise<string | undefined> {
  const engine = await containerEngine().catch(() => undefined);
  if (!engine) return 'no container engine answers on this machine';
  const there = await engine.container.dockerode
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  return there
    ? undefined
    : `the image ${image} is not on this machine (test/docker/build-images.sh builds stand-ins)`;
}

export async function contractPlaces(): Promise<Place[]> {
  return [
    plain('embedded'),
    anotherEmulator,
    plain('localstack,lambda=embedded', await whyNotImage(LOCALSTACK)),
    plain(`localstack=${MINISTACK}`, await whyNotImage(MINISTACK)),
    ministackAsEndpoint(),
    plain('embedded,stepfunctions=stepfunctions-local', await whyNotStepFunctionsLocal()),
    plain('localstack', 'its Lambda needs an init binary and runtime images that are fetched from outside'),
  ];
}

async function whyNotStepFunctionsLocal(): Promise<string> {
  const missing = await whyNotImage(STEPFUNCTIONS_LOCAL);
  return missing ?? 'Step Functions Local documents no Distributed Map, which the pipeline is made of';
}

const anotherEmulator: Place = {
  title: 'endpoint=URL of another cosmicai up',
  skip: undefined,
  async prepare() {
    const folder = mkdtempSync(join(tmpdir(), 'contract-endpoint-'));
    const emulator: Emulator = await startEmulator({ port: 0, stateDir: folder });
    return {
      backend: `endpoint=${emulator.endpoint}`,
      async close() {
        await emulator.stop();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  },
};

/** MiniStack from the package index, with its own Lambda: an interpreter that has it, by name or on the path. */
function ministackAsEndpoint(): Place {
  const python = process.env['COSMICAI_MINISTACK_PYTHON'] ?? 'python3';
  const missing = hasModule(python, 'ministack')
    ? undefined
    : `${python} has no module ministack (COSMICAI_MINISTACK_PYTHON names an interpreter that has)`;
  return {
    title: 'endpoint=URL of MiniStack, functions in its own Lambda',
    skip: missing,
    async prepare() {
      const port = await freePort();
      const folder = mkdtempSync(join(tmpdir(), 'contract-ministack-'));
      const server = spawn(python, ['-m', 'ministack'], {
        cwd: folder,
        env: { ...process.env, GATEWAY_PORT: String(port), LAMBDA_EXECUTOR: 'local' },
        stdio: 'ignore',
        detached: true,
      });
      const endpoint = `http://127.0.0.1:${port}`;
      await untilHealthy(endpoint, server);
      return {
        backend: `endpoint=${endpoint}`,
        async close() {
          const ended = new Promise((resolve) => server.once('exit', resolve));
          process.kill(-server.pid!, 'SIGTERM');
          await ended;
          try {
            // Workers of its functions.
            process.kill(-server.pid!, 'SIGKILL');
          } catch {}
          rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
        },
      };
    },
  };
}

function hasModule(python: string, name: string): boolean {
  try {
    execFileSync(python, ['-c', `import ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilHealthy(endpoint: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`MiniStack ended with ${server.exitCode}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('MiniStack did not answer within a minute');
}
