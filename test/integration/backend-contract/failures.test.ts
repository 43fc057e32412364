/** What can go wrong with a container is told in one sentence, with exit code 3, and leaves nothing behind. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { RunningBackend } from '../../../harness/backends/backend.ts';
import { containerEngine, LABELS, ownerOf } from '../../../harness/backends/docker/engine.ts';
import { isGone, removeLeftContainers } from '../../../harness/backends/docker/leftovers.ts';
import { backendNamed } from '../../../harness/backends/index.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { packageRoot } from '../../../harness/core/package-root.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { runScenario } from '../../../harness/index.ts';
import { LOCALSTACK, whyNotImage } from './places.ts';

const folder = mkdtempSync(join(tmpdir(), 'failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const start = (backend: string): Promise<RunningBackend> =>
  backendNamed(backend).start({
    clock: wallClock(),
    random: seededRandom(1),
    stateFolder: join(folder, 'state'),
  });

const command = join(packageRoot(), 'harness/cli/bin.mjs');
const TINY = join(packageRoot(), 'scenarios/tiny.yaml');

async function ownContainers(owner: string): Promise<string[]> {
  const { container } = await containerEngine();
  const found = await container.dockerode.listContainers({
    all: true,
    filters: { label: [`${LABELS.owner}=${owner}`] },
  });
  return found.map(({ Id }) => Id);
}

describe('without a container engine', () => {
  it('the command line says so, with exit code 3', () => {
    const { status, stdout, stderr } = spawnSync('node', [command, 'run', TINY, '--backend', 'localstack'], {
      cwd: folder,
      env: { ...process.env, DOCKER_HOST: 'unix:///no/such/docker.sock', HOME: folder },
      encoding: 'utf8',
    });
    expect(stdout + stderr).toMatch(/No container engine answers/);
    expect(status).toBe(3);
  });

  it('cleanup has nothing to do', () => {
    const { status, stdout } = spawnSync('node', [command, 'cleanup'], {
      cwd: folder,
      env: { ...process.env, DOCKER_HOST: 'unix:///no/such/docker.sock', HOME: folder },
      encoding: 'utf8',
    });
    expect(stdout).toContain('Nothing was left behind.\n');
    expect(status).toBe(0);
  });

  it('knows processes that are gone from those that are not', () => {
    expect(isGone(ownerOf())).toBe(false);
    expect(isGone(ownerOf(2 ** 22 + 1))).toBe(true);
    expect(isGone('another-machine/1')).toBe(false);
  });
});

const reason = await whyNotImage(LOCALSTACK);
const suite = reason === undefined ? describe : describe.skip;

suite(`a container of LocalStack${reason === undefined ? '' : ` [skipped: ${reason}]`}`, () => {
  let taken: Server | undefined;
  afterEach(() => {
    taken?.close();
    delete process.env['COSMICAI_START_TIMEOUT'];
  });
  afterEach(async () => expect(await ownContainers(ownerOf())).toEqual([]));

  it('of a tag that does not exist', async () => {
    await expect(start('localstack=localstack/localstack:no-such-tag')).rejects.toMatchObject({
      code: 'no-image',
      exitCode: 3,
      message: expect.stringContaining(
        'The image localstack/localstack:no-such-tag of LocalStack cannot be had',
      ),
    });
  });

  it('on a port that is taken', async () => {
    taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken!.listen(0, '127.0.0.1', () => resolve((taken!.address() as { port: number }).port));
    });
    await expect(start(`localstack,lambda=embedded,port=${port}`)).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 3,
      message: `The port ${port}, wanted for LocalStack, is taken.`,
    });
  });

  it('that starts more slowly than it may', async () => {
    process.env['COSMICAI_START_TIMEOUT'] = '0.3';
    await expect(start('localstack,lambda=embedded')).rejects.toMatchObject({
      code: 'slow-start',
      exitCode: 3,
      message: expect.stringContaining('did not answer within'),
    });
  });

  it('that dies in mid-run', async () => {
    const { errors } = await runScenario(TINY, {
      backend: backendNamed('localstack,lambda=embedded'),
      workspace: join(folder, 'workspace'),
      async onProgress(event) {
        if (event.kind !== 'stage' || event.stage !== 'execute') return;
        const { container } = await containerEngine();
        for (const id of await ownContainers(ownerOf())) await container.dockerode.getContainer(id).kill();
      },
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]!.error).toMatchObject({
      code: 'container-died',
      exitCode: 3,
      message: expect.stringContaining(
        `The container of LocalStack (${LOCALSTACK}) ended with exit code 137`,
      ),
    });
  });

  it('of a harness that was killed is found by cleanup', async () => {
    const child = spawn('node', [command, 'run', TINY, '--backend', 'localstack,lambda=embedded'], {
      cwd: folder,
      env: { ...process.env, TESTCONTAINERS_RYUK_DISABLED: 'true' },
      stdio: 'ignore',
    });
    const owner = ownerOf(child.pid);
    // A second process of the launcher may do the work: whoever owns a new container is the one.
    const owners = async () => {
      const { container } = await containerEngine();
      const all = await container.dockerode.listContainers({ filters: { label: [LABELS.owner] } });
      return all.map(({ Labels }) => Labels[LABELS.owner]!).filter((one) => one !== ownerOf());
    };
    let found: string[] = [];
    for (let attempt = 0; attempt < 600 && found.length === 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      found = await owners();
    }
    expect(found).toContain(owner);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const removed = await removeLeftContainers(false);
    expect(removed.map((one) => one.owner)).toContain(owner);
    expect(await owners()).not.toContain(owner);
  });
});
