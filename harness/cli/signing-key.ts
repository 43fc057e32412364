/** Keys of evidence in files and the environment. A private key is written once, and never over another. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { keyIdOf, readPrivateKey } from '../promotion/evidence/dsse.ts';

const VARIABLE = 'COSMICAI_SIGNING_KEY';

/** Writes `path.key` and `path.pub`. */
export function writeKeyPair(path: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(`${path}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HarnessError('key-exists', `there is a key at ${path}.key already`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'name another path; what an old key has signed can only be verified with its public key',
    });
  }
  writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  process.stdout.write(`${path}.key  private, keep it secret\n${path}.pub  key id ${keyIdOf(publicKey)}\n`);
}

/** The key that evidence is signed with. @throws HarnessError `no-key`, `bad-key` */
export function signingKey(file: string | undefined): KeyObject {
  if (file !== undefined) {
    try {
      return readPrivateKey(readFileSync(file, 'utf8'), file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw noKey(`the key ${file} does not exist`);
    }
  }
  const pem = process.env[VARIABLE];
  if (pem) return readPrivateKey(pem, VARIABLE);
  throw noKey('there is no key to sign the evidence with');
}

function noKey(message: string): HarnessError {
  return new HarnessError('no-key', message, {
    exitCode: ExitCode.inputWrong,
    remedy: `name one with --key FILE or put it into ${VARIABLE}; "cosmicai keygen --out keys/ci" makes a pair`,
  });
}
