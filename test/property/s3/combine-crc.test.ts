import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../harness/emulator/services/s3/checksums/algorithms.ts';
import { combineCrcs } from '../../../harness/emulator/services/s3/checksums/combine-crc.ts';

describe.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of parts', (algorithm) => {
  const crcOf = async (bytes: Uint8Array) => {
    const hasher = await createHasher(algorithm);
    hasher.update(bytes);
    return hasher.digest();
  };

  it('combines to that of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), async (parts) => {
        const pieces = await Promise.all(
          parts.map(async (part) => ({ crc: await crcOf(part), sizeBytes: part.length })),
        );
        expect(combineCrcs(algorithm, pieces)).toEqual(await crcOf(Buffer.concat(parts)));
      }),
    );
  });
});
