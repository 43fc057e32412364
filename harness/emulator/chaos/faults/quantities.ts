/** Durations, rates and shares as rules write them. */
import { z } from 'zod';

const DURATION_MS: { [unit: string]: number } = { ms: 1, s: 1000, min: 60_000 };
const RATE_BYTES: { [unit: string]: number } = { 'B/s': 1, 'KB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9 };

function quantity(units: { [unit: string]: number }, example: string) {
  const names = Object.keys(units).join('|');
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${names})$`);
  return z
    .string()
    .regex(pattern, `it reads a number and a unit (${Object.keys(units).join(', ')}), such as ${example}`)
    .transform((text) => {
      const [, number, unit] = pattern.exec(text)!;
      return Number(number) * units[unit!]!;
    });
}

/** Milliseconds. */
export const duration = quantity(DURATION_MS, '800 ms');
/** Bytes per second, above 0. */
export const rate = quantity(RATE_BYTES, '1 MB/s').refine((bytes) => bytes > 0, 'it must be above 0');

/** A place in a body: bytes from its beginning, or a share of it (`50%`). */
export const place = z.union([
  z
    .int()
    .min(0)
    .transform((bytes) => ({ bytes })),
  z
    .string()
    .regex(/^\d{1,2}(?:\.\d+)?\s*%$/, 'it reads a number of bytes, or a share below 100%, such as 50%')
    .transform((text) => ({ share: Number.parseFloat(text) / 100 })),
]);

/** Where a place lies in a body; a share of an unknown length is taken of 64 KiB. */
export function bytesAt(where: z.output<typeof place>, sizeBytes: number | undefined): number {
  return 'bytes' in where ? where.bytes : Math.floor(where.share * (sizeBytes ?? 65_536));
}
