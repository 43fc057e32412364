/**
 * Unpacks an uploaded deployment package. Hostile archives are expected: names that climb out, symbolic links,
 * sizes that lie, bombs.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type * as yauzl from 'yauzl';
import { loadPackage } from '../../../../core/load-package.ts';
import { invalidParameter } from '../errors.ts';

export const badZip = () =>
  invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');

const tooLarge = (limitBytes: number) =>
  invalidParameter(`Unzipped size must be smaller than ${limitBytes} bytes`);

const SYMLINK = 0o120000;
const TYPE_MASK = 0o170000;
/** More entries than this are no function. */
const MAX_ENTRIES = 100_000;

interface PlannedEntry {
  entry: yauzl.Entry;
  path: string;
  mode: number;
}

/** An open archive whose table of contents has been checked. */
export interface CheckedZip {
  unzippedBytes: number;
  /** Whether every file of the archive lies below `folder` as it was packed. Closes the archive. */
  matches(folder: string): Promise<boolean>;
  /** Writes every file below `folder`. Closes the archive. */
  unpack(folder: string): Promise<void>;
  close(): void;
}

/**
 * Opens the archive at `path` and checks its table of contents: names, kinds, declared sizes.
 * @throws AwsError InvalidParameterValueException
 */
export async function openZip(path: string, limitBytes: number): Promise<CheckedZip> {
  const zip = await open(path);
  try {
    const { entries, unzippedBytes } = await readTable(zip, limitBytes);
    return {
      unzippedBytes,
      close: () => zip.close(),
      async matches(folder) {
        zip.close();
        for (const { entry, path } of entries)
          if (!(await isAsPacked(join(folder, path), entry))) return false;
        return true;
      },
      async unpack(folder) {
        try {
          await writeAll(zip, entries, folder, limitBytes);
        } finally {
          zip.close();
        }
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function isAsPacked(path: string, entry: yauzl.Entry): Promise<boolean> {
  let sum = 0;
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      sizeBytes += chunk.length;
    }
  } catch {
    return false;
  }
  return sizeBytes === entry.uncompressedSize && sum === entry.crc32;
}

function open(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false };
    (loadPackage('yauzl') as typeof yauzl).open(path, options, (error, zip) =>
      error || !zip ? reject(badZip()) : resolve(zip),
    );
  });
}

function readTable(
  zip: yauzl.ZipFile,
  limitBytes: number,
): Promise<{ entries: PlannedEntry[]; unzippedBytes: number }> {
  return new Promise((resolve, reject) => {
    const entries: PlannedEntry[] = [];
    let unzippedBytes = 0;
    zip.on('error', () => reject(badZip()));
    zip.on('end', () => {
      if (entries.length === 0) reject(invalidParameter('Uploaded file must be a non-empty zip'));
      else resolve({ entries, unzippedBytes });
    });
    zip.on('entry', (entry: yauzl.Entry) => {
      try {
        const planned = plan(entry);
        unzippedBytes += entry.uncompressedSize;
        if (unzippedBytes > limitBytes) throw tooLarge(limitBytes);
        if (entries.length >= MAX_ENTRIES) throw badZip();
        if (planned) entries.push(planned);
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
}

/** Where an entry goes; nothing for folders, which appear with their files. */
function plan(entry: yauzl.Entry): PlannedEntry | undefined {
  const name = entry.fileName;
  const attributes = entry.externalFileAttributes >>> 16;
  if ((attributes & TYPE_MASK) === SYMLINK) {
    throw invalidParameter(`Could not unzip uploaded file: ${name} is a symbolic link.`);
  }
  if (entry.isEncrypted()) throw badZip();
  const parts = name.split('/');
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || parts.includes('..')) {
    throw invalidParameter(`Could not unzip uploaded file: ${name} leads out of the package.`);
  }
  if (name.endsWith('/')) return undefined;
  const permissions = attributes & 0o777;
  return { entry, path: join(...parts), mode: permissions === 0 ? 0o644 : permissions | 0o444 };
}

async function writeAll(
  zip: yauzl.ZipFile,
  entries: readonly PlannedEntry[],
  folder: string,
  limitBytes: number,
): Promise<void> {
  let leftBytes = limitBytes;
  const made = new Set<string>();
  for (const { entry, path, mode } of entries) {
    const target = join(folder, path);
    const parent = dirname(target);
    if (!made.has(parent)) {
      await mkdir(parent, { recursive: true });
      made.add(parent);
    }
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        leftBytes -= chunk.length;
        done(leftBytes < 0 ? tooLarge(limitBytes) : null, chunk);
      },
    });
    await pipeline(await readStream(zip, entry), count, createWriteStream(target, { mode }));
  }
}

function readStream(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error || !stream ? reject(badZip()) : resolve(stream)));
  });
}
