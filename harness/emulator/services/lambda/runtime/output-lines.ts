/**
 * Output of a function's process as log events: lines of stdout and stderr, and the frames of the telemetry
 * descriptor (AWS's own runtimes write such frames: one frame is one event, line feeds included).
 */
import { readSync } from 'node:fs';
import type { Socket } from 'node:net';

/** CloudWatch Logs takes events up to 1 MB; Lambda cuts at 256 KB. */
const MAX_EVENT_BYTES = 256 * 1024;
const FRAME_HEADER_BYTES = 16;
/** The first three bytes of a frame's type: text in any level. */
const FRAME_MAGIC = 0xa55a00;

/** Splits bytes into lines; the last, unfinished one waits for its end. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer, emit: (line: string) => void): void {
    let all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let feed = all.indexOf(10); feed >= 0; feed = all.indexOf(10)) {
      emitBounded(all.subarray(0, feed + 1), emit);
      all = all.subarray(feed + 1);
    }
    while (all.length > MAX_EVENT_BYTES) {
      emit(all.toString('utf8', 0, MAX_EVENT_BYTES));
      all = all.subarray(MAX_EVENT_BYTES);
    }
    this.#rest = Buffer.from(all);
  }

  /** Emits what is left without a line feed. */
  flush(emit: (line: string) => void): void {
    if (this.#rest.length > 0) emit(this.#rest.toString('utf8'));
    this.#rest = Buffer.alloc(0);
  }
}

function emitBounded(line: Buffer, emit: (line: string) => void): void {
  for (let start = 0; start < line.length; start += MAX_EVENT_BYTES) {
    emit(line.toString('utf8', start, Math.min(start + MAX_EVENT_BYTES, line.length)));
  }
}

/** Takes telemetry frames apart. Bytes that are no frame are dropped up to the next one. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer, emit: (message: string) => void): void {
    let all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    while (all.length >= FRAME_HEADER_BYTES) {
      if (all.readUIntBE(0, 3) !== FRAME_MAGIC) {
        all = all.subarray(1);
        continue;
      }
      const end = FRAME_HEADER_BYTES + all.readUInt32BE(4);
      if (all.length < end) break;
      emitBounded(all.subarray(FRAME_HEADER_BYTES, end), emit);
      all = all.subarray(end);
    }
    this.#rest = Buffer.from(all);
  }

  flush(): void {
    this.#rest = Buffer.alloc(0);
  }
}

const DRAIN_BYTES = 64 * 1024;
/** More than the kernel holds at once: a process that writes on must not keep the reader. */
const MAX_DRAIN_BYTES = 1024 * 1024;
const drainBuffer = Buffer.allocUnsafe(DRAIN_BYTES);

/**
 * Reads at once what a process has already written: its last lines are in the kernel when its answer arrives,
 * and must stand in the log before the REPORT line. Sockets of child processes do not block, so this returns.
 */
export function drain(socket: Socket | undefined, take: (bytes: Buffer) => void): void {
  const fd = (socket as unknown as { _handle?: { fd?: number } } | undefined)?._handle?.fd;
  if (fd === undefined || fd < 0) return;
  const { stackTraceLimit } = Error;
  // The end of what is there comes as an exception; nobody reads its stack.
  Error.stackTraceLimit = 0;
  try {
    for (let total = 0; total < MAX_DRAIN_BYTES; ) {
      const count = readSync(fd, drainBuffer, 0, DRAIN_BYTES, null);
      if (count <= 0) return;
      total += count;
      take(Buffer.from(drainBuffer.subarray(0, count)));
    }
  } catch {
    // EAGAIN: everything has been read. Any other error shows as the end of the stream.
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
