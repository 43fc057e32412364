/**
 * The token of an emulator, kept in its state folder for the processes of the same user: whoever can read it may
 * change the state folder itself.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** File within the state folder, readable by its owner only. */
const TOKEN_FILE = 'token';
/** Long enough not to be guessed, of characters that a header can carry. */
const TOKEN = /^[\w.~+/-]{20,256}$/;

/**
 * The token of a state folder: the given one, else the one it has, else a generated one.
 * @throws HarnessError `unsuitable-token` (exit code 2); its text never shows the token
 */
export function tokenOf(stateDir: string, given?: string): string {
  if (given !== undefined && !TOKEN.test(given)) {
    throw new HarnessError(
      'unsuitable-token',
      'The given token must have 20 to 256 characters, of letters, digits and "_.~+/-".',
      { exitCode: ExitCode.inputWrong, remedy: 'Generate one: openssl rand -hex 32.' },
    );
  }
  const path = join(stateDir, TOKEN_FILE);
  const kept = keptToken(path);
  const token = given ?? kept ?? randomBytes(32).toString('base64url');
  if (token !== kept) writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}

function keptToken(path: string): string | undefined {
  try {
    const token = readFileSync(path, 'utf8').trim();
    return TOKEN.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
