/**
 * The CRC of a concatenation from the CRCs of its pieces, without reading them again: full-object checksums of
 * multipart uploads. CRC(AB) = CRC(A) * x^(8 |B|) mod P, xor CRC(B), in the reflected representation.
 */
import { invariant } from '../../../../core/invariant.ts';
import type { ChecksumAlgorithm } from './algorithms.ts';

interface Field {
  /** Reflected polynomial, without its leading term. */
  polynomial: bigint;
  bits: number;
}

const FIELDS: { readonly [A in ChecksumAlgorithm]?: Field } = {
  CRC32: { polynomial: 0xedb88320n, bits: 32 },
  CRC32C: { polynomial: 0x82f63b78n, bits: 32 },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64 },
};

/** True for the algorithms whose checksum of a whole follows from those of its parts. */
export const canCombine = (algorithm: ChecksumAlgorithm): boolean => FIELDS[algorithm] !== undefined;

/** CRC of the pieces one after another; each with its own CRC (big-endian) and length. */
export function combineCrcs(
  algorithm: ChecksumAlgorithm,
  pieces: readonly { crc: Uint8Array; sizeBytes: number }[],
): Buffer {
  const field = FIELDS[algorithm];
  invariant(field, `${algorithm} is not a CRC`);
  // Parts are mostly of one size: the shift is computed once.
  const shifts = new Map<number, bigint>();
  let total = 0n;
  for (const { crc, sizeBytes } of pieces) {
    let shift = shifts.get(sizeBytes);
    if (shift === undefined) {
      shift = powerOfX(field, BigInt(sizeBytes) * 8n);
      shifts.set(sizeBytes, shift);
    }
    total = multiply(field, shift, total) ^ BigInt(`0x${Buffer.from(crc).toString('hex')}`);
  }
  return Buffer.from(total.toString(16).padStart(field.bits / 4, '0'), 'hex');
}

/** Product mod P; in the reflected representation the highest bit is the constant term. */
function multiply({ polynomial, bits }: Field, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let mask = 1n << BigInt(bits - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^exponent mod P by repeated squaring. */
function powerOfX(field: Field, exponent: bigint): bigint {
  const one = 1n << BigInt(field.bits - 1);
  let power = one;
  let square = one >> 1n;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(field, square, power);
    square = multiply(field, square, square);
  }
  return power;
}
