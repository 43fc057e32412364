import { Readable } from 'node:stream';

/** The first `atBytes` of a stream; `end` decides how it ends there. The source is destroyed in any case. */
export function cutAfter(source: Readable, atBytes: number, end: (cut: Readable) => void): Readable {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let leftBytes = atBytes;
  const finish = (cut: Readable) => {
    source.destroy();
    end(cut);
  };
  const pull = async (cut: Readable): Promise<void> => {
    if (leftBytes <= 0) return finish(cut);
    const { done, value } = await chunks.next();
    if (done) return finish(cut);
    const bytes = Buffer.from(value).subarray(0, leftBytes);
    leftBytes -= bytes.length;
    cut.push(bytes);
  };
  return new Readable({
    read() {
      pull(this).catch((error: Error) => this.destroy(error));
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
}
