import { describe, expect, it } from 'vitest';
import {
  CHECKSUM_ALGORITHMS,
  createHasher,
  DIGEST_BYTES,
  type DigestAlgorithm,
} from '../../../../../../harness/emulator/services/s3/checksums/algorithms.ts';

/** The check values of the CRC catalogue (reveng.sourceforge.io), and of the hashes' own standards. */
const CHECK: { [A in DigestAlgorithm]: string } = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
  MD5: '25f9e794323b453885f5181f1b624d0b',
};

describe.each([...CHECKSUM_ALGORITHMS, 'MD5'] as const)('%s', (algorithm) => {
  it('has its check value of 123456789, however the bytes are split', async () => {
    for (const split of [0, 1, 5, 9]) {
      const hasher = await createHasher(algorithm);
      hasher.update(Buffer.from('123456789').subarray(0, split));
      hasher.update(Buffer.from('123456789').subarray(split));
      expect(hasher.digest().toString('hex')).toBe(CHECK[algorithm]);
    }
  });

  it('keeps hashers that are used at once apart', async () => {
    const [a, b] = await Promise.all([createHasher(algorithm), createHasher(algorithm)]);
    a.update(Buffer.from('12345'));
    b.update(Buffer.from('something else'));
    a.update(Buffer.from('6789'));
    const other = b.digest();
    expect(a.digest().toString('hex')).toBe(CHECK[algorithm]);
    expect(other.length).toBe(DIGEST_BYTES[algorithm]);
    expect(other.toString('hex')).not.toBe(CHECK[algorithm]);
  });
});
