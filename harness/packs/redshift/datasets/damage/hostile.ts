import type { Damage } from './damage.ts';
import { editTorchEntry } from './torch-entry.ts';

/**
 * What `pickle.dumps` makes of an object whose `__reduce__` is `(os.system, ('echo hostile',))`. The command does
 * no harm where it is run after all.
 */
const PICKLE = Buffer.from('\x80\x02cposix\nsystem\nX\x0c\x00\x00\x00echo hostile\x85R.', 'latin1');

/** A torch file whose pickle would run a command when `torch.load` reads it. */
export const hostile: Damage = {
  kind: 'hostile',
  async apply(file) {
    await editTorchEntry(file, '/data.pkl', async (sizeBytes) => [
      // The unpickler stops at the full stop: what follows is never read.
      { offset: 0, bytes: Buffer.concat([PICKLE, Buffer.alloc(sizeBytes - PICKLE.length)]) },
    ]);
    return true;
  },
};
