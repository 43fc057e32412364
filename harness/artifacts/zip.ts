/**
 * Zip files that are the same bytes for the same contents, on any machine, time zone, umask and Node version:
 * entries sorted by name, one fixed time, fixed modes, and fflate's own deflate (Node's zlib differs between
 * versions).
 */
import { type Zippable, zipSync } from 'fflate';

export interface ZipEntry {
  /** Path inside the zip, with `/`. */
  name: string;
  bytes: Uint8Array;
  /** True for shared libraries and programs (mode 755, else 644). */
  executable?: boolean;
}

/** Zip's epoch in local terms: fflate writes a date's local fields, so this is 1980-01-01 00:00 everywhere. */
const ZIP_EPOCH = new Date(1980, 0, 1, 0, 0, 0);
const UNIX = 3;
const REGULAR_FILE = 0o100000;
/** Compression: beyond 6 the native library shrinks by 1 % in twice the time. */
const LEVEL = 6;

/** The zip of `entries`; two of one name are an error of the caller. */
export function renderZip(entries: readonly ZipEntry[]): Uint8Array {
  const files: Zippable = {};
  for (const { name, bytes, executable } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name in files) throw new Error(`the zip would hold two entries named ${name}`);
    const mode = REGULAR_FILE | (executable ? 0o755 : 0o644);
    // `>>> 0` keeps the 32-bit attribute unsigned.
    files[name] = [bytes, { attrs: (mode << 16) >>> 0, os: UNIX, mtime: ZIP_EPOCH, level: LEVEL }];
  }
  return zipSync(files);
}
