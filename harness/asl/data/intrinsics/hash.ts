import { createHash } from 'node:crypto';
import type { Json } from '../../../core/json.ts';
import { printJson } from '../../../core/json-print.ts';
import { type Intrinsic, IntrinsicError, stringArgument } from './intrinsic.ts';

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const MAX_CHARACTERS = 10_000;

/** Hex digest of a text's UTF-8 bytes, of any other value's compact JSON; `undefined` for an unknown algorithm. */
export function hexDigest(data: Json, algorithm: string): string | undefined {
  const name = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (name === undefined) return undefined;
  const text = typeof data === 'string' ? data : printJson(data);
  return createHash(name).update(text).digest('hex');
}

/** States.Hash(data, algorithm): MD5, SHA-1, SHA-256, SHA-384 or SHA-512 in hex. */
export const hash: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply([data, algorithm]) {
    const text = typeof data === 'string' ? data : printJson(data ?? null);
    if (text.length > MAX_CHARACTERS) throw new IntrinsicError();
    const digest = hexDigest(text, stringArgument(algorithm));
    if (digest === undefined) throw new IntrinsicError();
    return digest;
  },
};
