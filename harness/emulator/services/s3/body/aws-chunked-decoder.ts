/**
 * aws-chunked: what the SDKs send when they sign or checksum while streaming. Fed with the body as it arrives,
 * split anywhere; hands out the content without copying it.
 *
 * A chunk is `<size hex>[;chunk-signature=<hex>]CRLF <data> CRLF`; the last has size 0 and is followed by trailers
 * `name:value CRLF` and an empty line.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { incompleteBody, invalidRequest, malformedTrailer } from '../errors.ts';

/** Longest line of chunk header: 16 digits and a signature, with room. */
const MAX_HEADER_BYTES = 1024;
const MAX_TRAILER_BYTES = 8 * 1024;
const CR = 13;
const LF = 10;
const CHUNK_HEADER = /^([0-9a-fA-F]{1,13})((?:;[^;]*)*)$/;

/** Told of chunk boundaries, for the verification of chunk signatures. */
export interface ChunkObserver {
  onChunkStart(sizeBytes: number, signature: string | undefined): void;
  onChunkData(bytes: Buffer): void;
  onChunkEnd(): void;
}

type State = 'header' | 'data' | 'data-end' | 'trailer' | 'done';

export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>();
  /** Bytes of content so far. */
  decodedBytes = 0;
  readonly #observer: ChunkObserver | undefined;
  #state: State = 'header';
  /** A line that is not whole yet. */
  #line = '';
  #trailerBytes = 0;
  #leftInChunk = 0;

  constructor(observer?: ChunkObserver) {
    this.#observer = observer;
  }

  /** The content within `bytes`, in pieces that alias it. @throws AwsError IncompleteBody, InvalidRequest, MalformedTrailerError */
  push(bytes: Buffer): Buffer[] {
    const content: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'done') throw invalidRequest('The body goes on after its last chunk.');
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#leftInChunk);
        const piece = bytes.subarray(at, end);
        content.push(piece);
        this.#observer?.onChunkData(piece);
        this.decodedBytes += piece.length;
        this.#leftInChunk -= piece.length;
        at = end;
        if (this.#leftInChunk === 0) this.#state = 'data-end';
      } else {
        at = this.#takeLine(bytes, at);
      }
    }
    return content;
  }

  /** To be called when the body has ended. @throws AwsError IncompleteBody when it ended too early */
  end(): void {
    // Some clients leave out the empty line after the last chunk or trailer.
    if (this.#state === 'trailer' && this.#line === '') this.#state = 'done';
    if (this.#state !== 'done') throw incompleteBody('The request body terminated unexpectedly');
  }

  /** Reads up to and with the next CRLF; returns where to go on. */
  #takeLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(LF, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    const limit = this.#state === 'trailer' ? MAX_TRAILER_BYTES : MAX_HEADER_BYTES;
    if (this.#line.length + end - at > limit) throw this.#malformed();
    this.#line += bytes.toString('latin1', at, end);
    if (feed < 0) return end;
    const { length } = this.#line;
    if (this.#line.charCodeAt(length - 2) !== CR) throw this.#malformed();
    const line = this.#line.slice(0, -2);
    this.#line = '';
    this.#onLine(line);
    return end;
  }

  #onLine(line: string): void {
    if (this.#state === 'header') this.#onHeader(line);
    else if (this.#state === 'trailer') this.#onTrailer(line);
    else {
      if (line !== '') throw this.#malformed();
      this.#observer?.onChunkEnd();
      this.#state = 'header';
    }
  }

  #onHeader(line: string): void {
    const match = CHUNK_HEADER.exec(line);
    if (!match) throw this.#malformed();
    const sizeBytes = Number.parseInt(match[1]!, 16);
    this.#observer?.onChunkStart(sizeBytes, /;chunk-signature=([0-9a-f]{64})/.exec(match[2]!)?.[1]);
    this.#leftInChunk = sizeBytes;
    this.#state = sizeBytes > 0 ? 'data' : 'trailer';
    if (sizeBytes === 0) this.#observer?.onChunkEnd();
  }

  #onTrailer(line: string): void {
    if (line === '') {
      this.#state = 'done';
      return;
    }
    this.#trailerBytes += line.length;
    const colon = line.indexOf(':');
    if (colon <= 0 || this.#trailerBytes > MAX_TRAILER_BYTES) throw malformedTrailer();
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }

  #malformed() {
    return this.#state === 'trailer'
      ? malformedTrailer()
      : invalidRequest(
          'The chunked body is not well-formed: a chunk does not begin or end as aws-chunked does.',
        );
  }
}
