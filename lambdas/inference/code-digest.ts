import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

let known: Promise<string | null> | undefined;

/** SHA-256 (hexadecimal) of the function's own `index.js`; null where the code does not lie in a package. */
export function codeSha256(folder = process.env['LAMBDA_TASK_ROOT']): Promise<string | null> {
  known ??= folder === undefined ? Promise.resolve(null) : digestOf(join(folder, 'index.js'));
  return known;
}

async function digestOf(file: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
