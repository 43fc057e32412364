import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keyIdOf,
  openEnvelope,
  parseEvidence,
  preAuthenticationEncoding,
  readPrivateKey,
  readPublicKey,
  signEnvelope,
} from '../../../harness/promotion/evidence/dsse.ts';

const pair = () => generateKeyPairSync('ed25519');
const { privateKey, publicKey } = pair();
const signers = [{ name: 'ci', key: publicKey }];

describe('DSSE', () => {
  it('encodes type and payload as the protocol says', () => {
    // The specification's own example.
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('names a key by the digest of its DER form, whatever form it was read from', () => {
    // Test 2 of RFC 8032, section 7.1: the key's id is the digest of its DER form.
    const der = Buffer.from(
      '302a300506032b65700321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      'hex',
    );
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    expect(keyIdOf(key)).toMatch(/^[0-9a-f]{64}$/);
    expect(keyIdOf(key)).toBe(keyIdOf(createPublicKey(key.export({ format: 'pem', type: 'spki' }))));
  });

  it('opens what a known key has signed, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.nat(), (type, payload, at) => {
        const envelope = signEnvelope(type, payload, privateKey);
        expect(openEnvelope(envelope, signers)?.payload.toString()).toBe(payload);
        expect(openEnvelope(envelope, [{ key: pair().publicKey }])).toBeUndefined();
        expect(openEnvelope({ ...envelope, payloadType: `${type}x` }, signers)).toBeUndefined();
        const bytes = Buffer.from(envelope.payload, 'base64');
        if (bytes.length === 0) return;
        bytes[at % bytes.length]! ^= 1;
        expect(openEnvelope({ ...envelope, payload: bytes.toString('base64') }, signers)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('believes no key id', () => {
    const envelope = signEnvelope('t', 'p', pair().privateKey);
    const signatures = envelope.signatures.map(({ sig }) => ({ sig, keyid: keyIdOf(publicKey) }));
    expect(openEnvelope({ ...envelope, signatures }, signers)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'x', 'it is no JSON'],
    ['another document', '{"payload": 1}', 'it is neither a DSSE envelope nor a bundle of Sigstore'],
    [
      'nobody has signed',
      '{"payloadType":"t","payload":"","signatures":[]}',
      'it is neither a DSSE envelope nor a bundle of Sigstore',
    ],
  ])('refuses a file that is %s', (_what, text, why) => {
    expect(() => parseEvidence(text, 'e.json')).toThrowError(`the evidence e.json cannot be read: ${why}`);
  });

  it('takes Ed25519 keys only, and no private key where a public one belongs', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = (key: typeof privateKey, type: 'pkcs8' | 'spki') =>
      String(key.export({ format: 'pem', type } as never));
    expect(() => readPrivateKey(pem(rsa.privateKey, 'pkcs8'), 'k')).toThrowError(/holds a key of type rsa/);
    expect(() => readPublicKey(pem(privateKey, 'pkcs8'), 'k')).toThrowError(/holds a private key/);
    expect(() => readPublicKey('nothing', 'k')).toThrowError(/k must hold an Ed25519 public key/);
    expect(keyIdOf(readPublicKey(pem(publicKey, 'spki'), 'k'))).toBe(keyIdOf(publicKey));
  });
});
