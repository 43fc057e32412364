import { invariant } from '../../../../core/invariant.ts';
import type { Damage } from './damage.ts';
import { editJsonHead, isJson } from './json-text.ts';
import { editTorchEntry } from './torch-entry.ts';

const BININT = 0x4a;
const BININT1 = 0x4b;
const BININT2 = 0x4d;
const TUPLE = 0x74;

/** A number below 65,536 as the generator spells it, and as torch does. */
const wide = (value: number) => [BININT, value & 255, value >> 8, 0, 0];
const narrow = (value: number) => (value < 256 ? [BININT1, value] : [BININT2, value & 255, value >> 8]);

/** Images of 32 x 5 x 32 in a torch file; a row of one pixel less in JSON. */
export const shape: Damage = {
  kind: 'shape',
  async apply(file) {
    if (isJson(file)) {
      await editJsonHead(file, (head) =>
        // The first number and its comma become white space.
        head.replace(/("image":\[+)(-?[\d.]+,)/, (_, opening: string, number: string) => {
          return opening + ' '.repeat(number.length);
        }),
      );
      return true;
    }
    await editTorchEntry(file, '/data.pkl', async (sizeBytes, read) => {
      const pickle = await read(0, sizeBytes);
      for (const spell of [wide, narrow]) {
        const dimensions = pickle.indexOf(Buffer.from([...spell(5), ...spell(32), ...spell(32), TUPLE]));
        const stride = pickle.indexOf(Buffer.from([...spell(1024), ...spell(32), ...spell(1), TUPLE]));
        if (dimensions === -1 || stride === -1) continue;
        // [..., 32, 5, 32] with the strides that belong to it: a tensor as good as any, but no image.
        return [
          { offset: dimensions, bytes: Uint8Array.from([...spell(32), ...spell(5)]) },
          { offset: stride, bytes: Uint8Array.from(respelled(160, spell(1024))) },
        ];
      }
      invariant(false, 'the pickle holds no shape [..., 5, 32, 32]');
    });
    return true;
  },
};

/** `value` in the opcode of `example`, so that no length changes. */
function respelled(value: number, example: readonly number[]): number[] {
  return [example[0]!, value & 255, value >> 8, ...example.slice(3)];
}
