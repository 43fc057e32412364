import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { OidcKey, OidcKeys } from '../emulator/services/sts/context.ts';

/**
 * Reads the public keys of `--oidc-jwks`: a JWKS (`{"keys": [...]}`) for every issuer, or an object with a JWKS for each
 * issuer (`{"https://token.actions.githubusercontent.com": {"keys": [...]}}`).
 * @throws HarnessError `oidc-jwks` (exit code 2)
 * Source: https://datatracker.ietf.org/doc/html/rfc7517#section-5
 */
export function readOidcKeysFile(file: string): OidcKeys {
  const value = parse(file);
  if (Array.isArray(value['keys'])) {
    const keys = keysOf(file, value);
    return () => keys;
  }
  const byIssuer = new Map(
    Object.entries(value).map(([issuer, set]) => {
      if (!issuer.startsWith('https://')) {
        throw wrong(file, `"${issuer}" is neither "keys" nor an issuer that starts with https://`);
      }
      return [issuer, keysOf(file, set, issuer)] as const;
    }),
  );
  if (byIssuer.size === 0) throw wrong(file, 'it has neither "keys" nor issuers');
  return (issuer) => byIssuer.get(issuer) ?? [];
}

function parse(file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(file, (error as Error).message, error);
  }
  if (!isJsonObject(value)) throw wrong(file, 'it is not a JSON object');
  return value;
}

function keysOf(file: string, set: unknown, issuer?: string): OidcKey[] {
  const keys = isJsonObject(set) ? set['keys'] : undefined;
  const of = issuer === undefined ? '' : ` of ${issuer}`;
  if (!Array.isArray(keys) || keys.length === 0) throw wrong(file, `the JWKS${of} has no "keys"`);
  return keys.map((key, index) => {
    try {
      createPublicKey({ key: key as OidcKey, format: 'jwk' });
    } catch (error) {
      throw wrong(file, `key ${index + 1}${of} is not a public key: ${(error as Error).message}`, error);
    }
    return key as OidcKey;
  });
}

const wrong = (file: string, reason: string, cause?: unknown): HarnessError =>
  new HarnessError('oidc-jwks', `${file} cannot be used as keys of identity providers: ${reason}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: "Name a JSON Web Key Set with --oidc-jwks, such as the one under the issuer's jwks_uri.",
    location: { file },
    cause,
  });
