import { type FileHandle, open } from 'node:fs/promises';
import { invariant } from '../../../../core/invariant.ts';

/** One sample of a JSON partition is about 60 KB, so its first brackets lie well within this. */
const HEAD_BYTES = 64 * 1024;

/** Rewrites the beginning of a JSON partition in place; the new text must have the old one's length. */
export async function editJsonHead(file: string, edit: (head: string) => string): Promise<void> {
  const handle: FileHandle = await open(file, 'r+');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    const edited = edit(head);
    invariant(
      edited.length === head.length && edited !== head,
      'the damage must change the text, not its length',
    );
    await handle.write(Buffer.from(edited, 'latin1'), 0, edited.length, 0);
  } finally {
    await handle.close();
  }
}

/** True for a file that is JSON by name. */
export const isJson = (file: string): boolean => file.endsWith('.json');
