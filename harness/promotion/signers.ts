/** Who may sign evidence: holders of an Ed25519 key, and workflows that Sigstore knows. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource } from '../document/source.ts';
import { keyIdOf, readPublicKey } from './evidence/dsse.ts';
import type { SigstoreSigner } from './evidence/sigstore.ts';

const sigstoreSchema = z.strictObject({
  /** Trusted root of the Sigstore instance (`gh attestation trusted-root`): a file relative to the policy. */
  trustedRoot: z.string().min(1),
  /** Who vouched for the workflow. */
  issuer: z.url().default('https://token.actions.githubusercontent.com'),
  /** The workflow: the certificate's subject alternative name, a URI, whole. */
  identity: z.string().min(1),
});

export const signerSchema = z
  .strictObject({
    name: z.string().min(1),
    /** Ed25519 public key: PEM text, or a file relative to the policy. */
    publicKey: z.string().min(1).optional(),
    sigstore: sigstoreSchema.optional(),
  })
  .refine(({ publicKey, sigstore }) => (publicKey === undefined) !== (sigstore === undefined), {
    message: 'a signer has one of "publicKey" and "sigstore"',
  });

interface KeySigner {
  kind: 'key';
  name: string;
  /** PEM. */
  publicKey: string;
}

export type Signer = KeySigner | SigstoreSigner;

/** Signers with the files that they name read. @throws HarnessError `key-missing`, `bad-key` */
export function readSigners(
  signers: readonly z.output<typeof signerSchema>[],
  { folder, file }: { folder: string; file: string },
): Signer[] {
  return signers.map(({ name, publicKey = '', sigstore }): Signer => {
    if (sigstore) {
      const { issuer, identity } = sigstore;
      return { kind: 'sigstore', name, issuer, identity, trustedRoot: textOf(sigstore.trustedRoot, folder) };
    }
    const pem = publicKey.includes('-----BEGIN') ? publicKey : textOf(publicKey, folder);
    readPublicKey(pem, `the key of ${name} in ${file}`);
    return { kind: 'key', name, publicKey: pem };
  });
}

/** Two signers of one name or key: which of them has signed would not be known. */
export function signerMistakes(signers: readonly Signer[], source: DocumentSource): Diagnostic[] {
  const seen = new Map<string, string>();
  return signers.flatMap((signer, index) => {
    const path = ['evidence', 'signers', index];
    const identities = [
      `the name ${signer.name}`,
      ...(signer.kind === 'key'
        ? [`the key ${keyIdOf(readPublicKey(signer.publicKey, '')).slice(0, 16)}`]
        : []),
    ];
    const twice = identities.find((one) => seen.has(one));
    for (const one of identities) seen.set(one, signer.name);
    return twice === undefined ? [] : [source.diagnose(path, `two signers have ${twice}`, { at: 'value' })];
  });
}

function textOf(name: string, folder: string): string {
  const file = resolve(folder, name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const isKey = !name.endsWith('.json') && !name.endsWith('.jsonl');
  throw new HarnessError(
    'key-missing',
    `the ${isKey ? 'public key' : 'trusted root'} ${file} does not exist`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: isKey
        ? 'make a pair with "cosmicai keygen", and keep the public key beside the policy'
        : 'write it with "gh attestation trusted-root", and keep it beside the policy',
    },
  );
}
