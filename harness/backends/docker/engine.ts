/** The container engine: Docker, Podman or a remote one, found as testcontainers finds it. */
import { hostname } from 'node:os';
import type { ContainerRuntimeClient } from 'testcontainers';
import { ExitCode, HarnessError } from '../../core/errors.ts';

/** Labels on everything that is started here, by which leftovers of a crash are found. */
export const LABELS = { owner: 'cosmicai.owner', role: 'cosmicai.role', start: 'cosmicai.start' } as const;

/** Names this process on this machine: `HOST/PID`. */
export const ownerOf = (pid: number = process.pid): string => `${hostname()}/${pid}`;

/**
 * The engine, once it has answered. testcontainers is loaded only here: it is large, and most runs need no Docker.
 * @throws HarnessError `no-docker` (exit code 3)
 */
export async function containerEngine(): Promise<ContainerRuntimeClient> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const client = await getContainerRuntimeClient();
    await client.container.dockerode.ping();
    requireTheOneNamed(client.container.dockerode.modem as Modem);
    return client;
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('no-docker', 'No container engine answers, and this backend needs one.', {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Start Docker or Podman, or set DOCKER_HOST; "cosmicai doctor" tells what is there.',
      cause: error,
    });
  }
}

/** What dockerode speaks through. */
interface Modem {
  socketPath?: string;
  host?: string;
}

/** testcontainers goes on to the next engine when DOCKER_HOST's is silent; whoever named one meant that one. */
function requireTheOneNamed({ socketPath, host }: Modem, named = process.env['DOCKER_HOST']): void {
  if (named === undefined || named === '') return;
  const { protocol, pathname, hostname: wanted } = new URL(named);
  if (
    protocol === 'unix:'
      ? socketPath === pathname
      : !['tcp:', 'http:', 'https:'].includes(protocol) || host === wanted
  ) {
    return;
  }
  throw new HarnessError('no-docker', `No container engine answers at DOCKER_HOST=${named}.`, {
    exitCode: ExitCode.environmentFailed,
    remedy: 'Start it, or take DOCKER_HOST out of the environment.',
  });
}

/** True of an engine whose published ports are ports of this machine. */
export function isLocal(client: ContainerRuntimeClient): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(client.info.containerRuntime.host);
}

/**
 * Addresses that this machine may have on the engine's default network, by which containers reach what listens
 * here. An engine elsewhere has them too; only listening tells whether they are ours.
 */
export async function bridgeAddresses(client: ContainerRuntimeClient): Promise<string[]> {
  const found: string[] = [];
  for (const name of ['bridge', 'podman']) {
    const network = (await client.container.dockerode
      .getNetwork(name)
      .inspect()
      .catch(() => undefined)) as { IPAM?: { Config?: { Gateway?: string; Subnet?: string }[] } } | undefined;
    for (const { Gateway, Subnet } of network?.IPAM?.Config ?? []) {
      // Older engines tell no gateway; it is the first address of the subnet.
      const gateway = Gateway ?? Subnet?.replace(/\.0\/\d+$/, '.1');
      if (gateway !== undefined) found.push(gateway);
    }
  }
  return found;
}

/**
 * Ryuk removes what a crashed run leaves behind. Where its image cannot be had, that is left to `cosmicai cleanup`:
 * containers start all the same.
 */
export async function engageCleaner(client: ContainerRuntimeClient): Promise<void> {
  const { getReaper } = await import('testcontainers');
  await getReaper(client).catch(() => {
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  });
}

/** Removes every container that carries the label, whatever state it is in. */
export async function removeLabelled(label: string, value: string): Promise<void> {
  const { container } = await containerEngine();
  const found = await container.dockerode.listContainers({
    all: true,
    filters: { label: [`${label}=${value}`] },
  });
  for (const { Id } of found) await container.dockerode.getContainer(Id).remove({ force: true, v: true });
}
