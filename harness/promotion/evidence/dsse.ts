/**
 * Dead Simple Signing Envelope (https://github.com/secure-systems-lab/dsse, protocol 1.0.2): a payload, its type,
 * and signatures over both. Ed25519 (RFC 8032) through node:crypto.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { isBundle } from './sigstore.ts';

/** Payload type of in-toto statements. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** In the one form that its bytes have: another text is another envelope. */
const base64 = z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text);
const envelopeSchema = z.strictObject({
  payloadType: z.string(),
  payload: base64,
  signatures: z.array(z.strictObject({ keyid: z.string().default(''), sig: base64 })).min(1),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** An evidence file, by how it is signed. */
export type Evidence = { kind: 'envelope'; envelope: Envelope } | { kind: 'bundle'; document: unknown };

/** What is signed: the Pre-Authentication Encoding of type and payload. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/** The envelope of `payload`, signed with an Ed25519 private key. */
export function signEnvelope(payloadType: string, payload: string, key: KeyObject): Envelope {
  const bytes = Buffer.from(payload, 'utf8');
  const sig = sign(null, preAuthenticationEncoding(payloadType, bytes), key).toString('base64');
  return {
    payloadType,
    payload: bytes.toString('base64'),
    signatures: [{ keyid: keyIdOf(createPublicKey(key)), sig }],
  };
}

/**
 * The payload, when every signature is by one of `keys`, and by the one whose id it names; `undefined` otherwise. The
 * signer is that of the first.
 */
export function openEnvelope<Key extends { key: KeyObject }>(
  envelope: Envelope,
  keys: readonly Key[],
): { payload: Buffer; signer: Key } | undefined {
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthenticationEncoding(envelope.payloadType, payload);
  const signers = envelope.signatures.map(({ keyid, sig }) => {
    // The key id decides nothing: every key is tried. But nothing in the envelope may say what is not so.
    const signer = keys.find(({ key }) => verify(null, signed, key, Buffer.from(sig, 'base64')));
    return signer && (keyid === '' || keyid === keyIdOf(signer.key)) ? signer : undefined;
  });
  const [first] = signers;
  return first && signers.every((signer) => signer !== undefined) ? { payload, signer: first } : undefined;
}

/** A DSSE envelope, or a bundle of Sigstore, unread. @throws HarnessError `evidence-unreadable` */
export function parseEvidence(text: string, file: string): Evidence {
  let problem: string;
  try {
    const document: unknown = JSON.parse(text);
    if (isBundle(document)) return { kind: 'bundle', document };
    const parsed = envelopeSchema.safeParse(document);
    if (parsed.success) return { kind: 'envelope', envelope: parsed.data };
    problem = 'it is neither a DSSE envelope nor a bundle of Sigstore';
  } catch {
    problem = 'it is no JSON';
  }
  throw new HarnessError('evidence-unreadable', `the evidence ${file} cannot be read: ${problem}`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: 'name a file that "cosmicai run --attest FILE" or "cosmicai attest" has written',
  });
}

/** SHA-256 of the key's SubjectPublicKeyInfo (DER), hexadecimal. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** @throws HarnessError `bad-key` */
export function readPrivateKey(pem: string, from: string): KeyObject {
  return readKey(from, 'private', () => createPrivateKey(pem));
}

/** @throws HarnessError `bad-key`, also for a private key: it has no place in a policy */
export function readPublicKey(pem: string, from: string): KeyObject {
  return readKey(from, 'public', () => {
    if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key');
    return createPublicKey(pem);
  });
}

function readKey(from: string, kind: 'private' | 'public', read: () => KeyObject): KeyObject {
  let problem = 'another kind of key';
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
    problem = `a key of type ${key.asymmetricKeyType}`;
  } catch (error) {
    problem = error instanceof Error && error.message === 'it is a private key' ? 'a private key' : 'none';
  }
  throw new HarnessError('bad-key', `${from} must hold an Ed25519 ${kind} key as PEM, and holds ${problem}`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'make a pair with "cosmicai keygen"',
  });
}
