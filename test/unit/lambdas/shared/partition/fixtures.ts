import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RandomAccess } from '../../../../../lambdas/shared/partition/partition.ts';

/** Small torch files made by PyTorch 2.13; `expected.json` tells what each must give. */
export const FIXTURES = resolve(import.meta.dirname, '../../../../fixtures/pt');

export interface ExpectedTensor {
  shape: number[];
  stride: number[];
  offset: number;
  dtype: string;
  sha256_contiguous: string;
  first: number[];
  last: number[];
  sum: number;
}

export interface ExpectedFile {
  kind: string;
  tensors?: ExpectedTensor[] | Record<string, ExpectedTensor>;
}

/** `expected.json`, which Python wrote with bare NaN (here null) and Infinity. */
export const expectedFiles = (): Record<string, ExpectedFile> =>
  JSON.parse(
    readFileSync(join(FIXTURES, 'expected.json'), 'utf8')
      .replaceAll(/\bNaN\b/g, 'null')
      .replaceAll(/\bInfinity\b/g, '1e999'),
  ).files;

export const hasFixture = (name: string): boolean => existsSync(join(FIXTURES, name));

/** Bytes as a source; counts what was read and refuses reads beyond the end. */
export function memoryAccess(bytes: Uint8Array, name = 'memory'): RandomAccess & { readBytes: number } {
  return {
    name,
    sizeBytes: bytes.length,
    readBytes: 0,
    async read(offsetBytes, lengthBytes) {
      if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > bytes.length) {
        throw new RangeError(`read of ${lengthBytes} bytes at ${offsetBytes} of ${bytes.length}`);
      }
      this.readBytes += lengthBytes;
      return bytes.slice(offsetBytes, offsetBytes + lengthBytes);
    },
  };
}

export const fixture = (name: string) => memoryAccess(readFileSync(join(FIXTURES, name)), name);
