/**
 * X.509 certificates of P-256 keys, as far as a certificate authority of this machine needs them: Node can make keys and
 * signatures, and no certificates. Source: https://www.rfc-editor.org/rfc/rfc5280
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

export interface CertificateRequest {
  commonName: string;
  /** Whose certificate it is. */
  key: KeyObject;
  /** Of a server: names and addresses that it answers to. Of an authority: absent. */
  names?: readonly string[];
  issuer: { commonName: string; key: KeyObject };
  /** Milliseconds since the epoch. */
  fromMs: number;
  untilMs: number;
}

/** A signed certificate, as PEM. */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const content = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    nameOf(request.issuer.commonName),
    sequence(time(request.fromMs), time(request.untilMs)),
    nameOf(request.commonName),
    publicKeyOf(request.key),
    tagged(3, sequence(...extensionsOf(request))),
  );
  const der = sequence(content, algorithm, bits(sign('sha256', content, request.issuer.key)));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf({ key, names, issuer }: CertificateRequest): Buffer[] {
  const authority = extension('2.5.29.35', false, sequence(element(0x80, keyId(issuer.key))));
  const subject = extension('2.5.29.14', false, element(0x04, keyId(key)));
  if (!names) {
    return [
      extension('2.5.29.19', true, sequence(element(0x01, Buffer.from([0xff])))),
      // keyCertSign and cRLSign.
      extension('2.5.29.15', true, element(0x03, Buffer.from([1, 0b0000_0110]))),
      subject,
      authority,
    ];
  }
  return [
    extension('2.5.29.19', true, sequence()),
    // digitalSignature.
    extension('2.5.29.15', true, element(0x03, Buffer.from([7, 0b1000_0000]))),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names.map(generalName))),
    subject,
    authority,
  ];
}

const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(isCritical ? [element(0x01, Buffer.from([0xff]))] : []), element(0x04, value));

function generalName(name: string): Buffer {
  if (isIPv4(name)) return element(0x87, Buffer.from(name.split('.').map(Number)));
  if (isIPv6(name)) return element(0x87, ipv6Bytes(name));
  return element(0x82, Buffer.from(name, 'ascii'));
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

const publicKeyOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const keyId = (key: KeyObject): Buffer => createHash('sha1').update(publicKeyOf(key)).digest();

const nameOf = (commonName: string): Buffer =>
  sequence(element(0x31, sequence(oid('2.5.4.3'), element(0x0c, Buffer.from(commonName, 'utf8')))));

// ---- DER ---------------------------------------------------------------------------------------------------------

function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const size = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => element(0x30, ...content);
const tagged = (number: number, content: Buffer): Buffer => element(0xa0 | number, content);
const bits = (bytes: Buffer): Buffer => element(0x03, Buffer.from([0]), bytes);

/** Positive, without needless zeros in front. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(Math.max(first, 0));
  return element(0x02, ...(digits[0]! & 0x80 ? [Buffer.from([0])] : []), digits);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return element(0x06, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime after. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(text.slice(0, 4)) < 2050
    ? element(0x17, Buffer.from(text.slice(2), 'ascii'))
    : element(0x18, Buffer.from(text, 'ascii'));
}
