import type { Damage } from './damage.ts';
import { editJsonHead, isJson } from './json-text.ts';
import { editTorchEntry } from './torch-entry.ts';

/** A float32 NaN, little-endian. */
const NAN_BYTES = Uint8Array.of(0x00, 0x00, 0xc0, 0x7f);
const FLOATS_PER_IMAGE = 5 * 32 * 32;

/** One pixel is NaN: of the second sample in a torch file, the first pixel of all (as Python writes it) in JSON. */
export const nan: Damage = {
  kind: 'nan',
  async apply(file) {
    if (isJson(file)) {
      await editJsonHead(file, (head) =>
        head.replace(/("image":\[+)(-?[\d.]{3,})/, (_, opening: string, number: string) => {
          return opening + 'NaN'.padEnd(number.length);
        }),
      );
    } else {
      await editTorchEntry(file, '/data/0', async (sizeBytes) => [
        { offset: Math.min(4 * (FLOATS_PER_IMAGE + 100), sizeBytes - 4), bytes: NAN_BYTES },
      ]);
    }
    return true;
  },
};
