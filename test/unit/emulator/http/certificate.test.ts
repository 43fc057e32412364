import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../../harness/emulator/http/tls/certificate.ts';

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const fromMs = Date.UTC(2026, 0, 2, 3, 4, 5);

const authorityKey = keyPair();
const issuer = { commonName: 'test CA', key: authorityKey };
const authority = new X509Certificate(
  issueCertificate({
    commonName: 'test CA',
    key: authorityKey,
    issuer,
    fromMs,
    untilMs: Date.UTC(2055, 0, 1),
  }),
);

describe('a certificate', () => {
  it('of an authority signs itself', () => {
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe('CN=test CA');
    expect(authority.checkIssued(authority)).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(new Date(authority.validFrom).getTime()).toBe(fromMs);
    // Beyond 2049 the form of a time is another.
    expect(new Date(authority.validTo).getTime()).toBe(Date.UTC(2055, 0, 1));
  });

  it('of a server is good for its names and addresses', () => {
    const server = new X509Certificate(
      issueCertificate({
        commonName: 'server é',
        key: keyPair(),
        names: ['localhost', '*.s3.localhost', '127.0.0.1', '::1', 'fe80::1:2'],
        issuer,
        fromMs,
        untilMs: fromMs + 1000,
      }),
    );
    expect(server.ca).toBe(false);
    expect(server.checkIssued(authority)).toBe(true);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkHost('bucket.s3.localhost')).toBe('*.s3.localhost');
    expect(server.checkHost('example.org')).toBeUndefined();
    for (const address of ['127.0.0.1', '::1', 'fe80::1:2']) expect(server.checkIP(address)).toBe(address);
    expect(server.checkIP('127.0.0.2')).toBeUndefined();
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });
});
