/**
 * Compressed datasets: `data.csv.gz`, `data.jsonl.zst`. The guide names GZIP and ZSTD.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ItemReaderFailure } from './item-reader-failure.ts';

const GZIP = /\.gz(?:ip)?$/i;
const ZSTD = /\.(?:zst|zstd)$/i;

/** The bytes inside a compressed file, by the end of its key; those of any other file as they are. */
export function decompressed(body: Readable, key: string): Readable {
  if (GZIP.test(key)) return Readable.from(failing(key, gunzipped(body)));
  if (ZSTD.test(key)) return Readable.from(failing(key, unzstd(body)));
  return body;
}

function gunzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => body.destroy());
  return body.pipe(gunzip);
}

async function* unzstd(body: Readable): AsyncIterable<Uint8Array> {
  const { Decompress } = await import('fzstd');
  let ready: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    decompress.push(chunk);
    yield* ready;
    ready = [];
  }
  decompress.push(new Uint8Array(0), true);
  yield* ready;
}

async function* failing(key: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw new ItemReaderFailure(`The object ${key} cannot be decompressed: ${(error as Error).message}`);
  }
}
