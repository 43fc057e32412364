/** One port for HTTP and HTTPS: the first byte of a connection tells which of two servers it is for. */
import type { Server } from 'node:http';
import { createServer, type Socket, type Server as SocketServer } from 'node:net';

/** A TLS record of a handshake begins with it; no method of HTTP does. */
const HANDSHAKE = 0x16;

/** A server that hands connections on to `plain` or `secure`; `stop` ends them all. */
export function eitherServer(plain: Server, secure: Server): { server: SocketServer; stop(): void } {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const drop = () => socket.destroy();
    socket.on('error', drop);
    const handOn = () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) {
        socket.once('readable', handOn);
        return;
      }
      socket.off('error', drop);
      socket.unshift(first);
      (first[0] === HANDSHAKE ? secure : plain).emit('connection', socket);
    };
    handOn();
  });
  return {
    server,
    stop() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
