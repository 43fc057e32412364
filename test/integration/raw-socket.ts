/** Bytes to a listener over a socket: what no SDK would send. */
import { connect } from 'node:net';

export interface RawOptions {
  /** How long the server may be silent before the answer is taken for whole. */
  silenceMs?: number;
  /** How long the first byte of the answer may take. */
  firstByteMs?: number;
  /** The client goes away after so long, whether or not there is an answer. */
  hangUpAfterMs?: number;
}

/** Sends bytes and resolves with everything answered until the server closes, or falls silent. */
export function sendRaw(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<string> {
  const { silenceMs = 200, firstByteMs = 5_000, hangUpAfterMs } = options;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const finish = () => {
      clearTimeout(timer);
      clearTimeout(hangUp);
      socket.destroy();
      resolve(answer);
    };
    let timer = setTimeout(finish, firstByteMs);
    const hangUp = hangUpAfterMs === undefined ? undefined : setTimeout(finish, hangUpAfterMs);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(finish, silenceMs);
    });
    socket.on('close', finish);
    // Being cut off is an answer.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish() : reject(error),
    );
    socket.write(bytes);
  });
}

/** Status of an answer; NaN when there was none. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
