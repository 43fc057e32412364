/**
 * The token of an emulator, kept in its state folder for the processes of the same user: whoever can read it may
 * change the state folder itself.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** File within the state folder, readable by its owner only. */
const TOKEN_FILE = 'token';
const TOKEN = /^[\w-]{43}$/;

/** The token of a state folder, generated when it has none. */
export function readToken(stateDir: string): string {
  const path = join(stateDir, TOKEN_FILE);
  try {
    const token = readFileSync(path, 'utf8').trim();
    if (TOKEN.test(token)) return token;
  } catch {
    // There is none yet.
  }
  const token = randomBytes(32).toString('base64url');
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}
