/**
 * Lets containers reach one port of this machine's loopback, and nobody else: a listener on the engine's own network
 * that passes bytes on. The emulator itself keeps listening on loopback alone.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ContainerRuntimeClient } from 'testcontainers';
import { bridgeAddresses } from './engine.ts';

/** Name under which containers know this machine (`withExtraHosts`). */
export const HOST_IN_CONTAINERS = 'host.docker.internal';

export interface LoopbackDoor {
  /** `http://host.docker.internal:PORT`, as containers say it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a door to `port` of 127.0.0.1. */
export async function openLoopbackDoor(client: ContainerRuntimeClient, port: number): Promise<LoopbackDoor> {
  for (const address of await bridgeAddresses(client)) {
    const door = await listenAt(address, port);
    if (door) return door;
  }
  // Docker Desktop carries calls of this name to the loopback by itself.
  return { url: `http://${HOST_IN_CONTAINERS}:${port}`, close: async () => {} };
}

/** Undefined when the address is none of this machine's. */
async function listenAt(address: string, port: number): Promise<LoopbackDoor | undefined> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    const outer = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    keep(inner);
    keep(outer);
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  const listening = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL') resolve(false);
      else reject(error);
    });
    server.listen(0, address, () => resolve(true));
  });
  if (!listening) return undefined;
  return {
    url: `http://${HOST_IN_CONTAINERS}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
