/**
 * A certificate authority of one state folder, and a server's certificate by it. A process that can read the folder can
 * also change the state; clients only get the certificate of the authority.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate } from './certificate.ts';

export interface ServerIdentity {
  /** PEM. */
  key: string;
  cert: string;
  /** Path of the authority's certificate, for clients: `AWS_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS`. */
  authorityPath: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Clients refuse certificates of servers that are good for longer. */
const SERVER_DAYS = 397;
/** Clocks differ. */
const BACKDATED_MS = DAY_MS;

/** Names that clients use for a local AWS; a star stands for one label. */
const NAMES = [
  'localhost',
  '*.localhost',
  '*.s3.localhost',
  '*.s3-website.localhost',
  'localhost.localstack.cloud',
  '*.localhost.localstack.cloud',
  '*.s3.localhost.localstack.cloud',
  '127.0.0.1',
  '::1',
];

/**
 * @param folder of the authority; made when it is not there
 * @param names further names and addresses of the server
 */
export function serverIdentity(folder: string, names: readonly string[], nowMs: number): ServerIdentity {
  const authorityPath = join(folder, 'ca.pem');
  const authority = keptAuthority(folder, authorityPath, nowMs) ?? newAuthority(folder, authorityPath, nowMs);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = issueCertificate({
    commonName: 'cosmicai',
    key: privateKey,
    names: [...new Set([...NAMES, ...names])],
    issuer: authority,
    fromMs: nowMs - BACKDATED_MS,
    untilMs: nowMs + SERVER_DAYS * DAY_MS,
  });
  return { key: pemOf(privateKey), cert, authorityPath };
}

interface Authority {
  commonName: string;
  key: KeyObject;
}

/** The authority of an earlier start, unless it is damaged or ends before the certificate would. */
function keptAuthority(folder: string, certificatePath: string, nowMs: number): Authority | undefined {
  try {
    const certificate = new X509Certificate(readFileSync(certificatePath));
    const key = createPrivateKey(readFileSync(join(folder, 'ca-key.pem')));
    const commonName = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
    const isGood =
      certificate.verify(createPublicKey(key)) &&
      Date.parse(certificate.validTo) > nowMs + SERVER_DAYS * DAY_MS;
    return commonName !== undefined && isGood ? { commonName, key } : undefined;
  } catch {
    return undefined;
  }
}

function newAuthority(folder: string, certificatePath: string, nowMs: number): Authority {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const commonName = `cosmicai local CA ${new Date(nowMs).toISOString().slice(0, 10)}`;
  const certificate = issueCertificate({
    commonName,
    key,
    issuer: { commonName, key },
    fromMs: nowMs - BACKDATED_MS,
    untilMs: nowMs + AUTHORITY_DAYS * DAY_MS,
  });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'ca-key.pem'), pemOf(key), { mode: 0o600 });
  writeFileSync(certificatePath, certificate);
  return { commonName, key };
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;
