/** Bundles as GitHub's artifact attestations are, made by a mock of Sigstore and verified offline. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initializeCA, initializeTLog, initializeTSA } from '@sigstore/mock';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  IN_TOTO,
  parseEvidence,
  preAuthenticationEncoding,
  signEnvelope,
} from '../../../harness/promotion/evidence/dsse.ts';
import { RUNS, type Statement } from '../../../harness/promotion/evidence/statement.ts';
import { loadPolicy } from '../../../harness/promotion/policy.ts';
import { verifyEvidence } from '../../../harness/promotion/verify/index.ts';
import {
  COMMIT,
  filesOf,
  keys,
  sampleArtifacts,
  sampleRun,
  stateOf,
  writePolicy,
} from './sample-evidence.ts';

const IDENTITY = 'https://github.com/team/pipeline/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
// Whole seconds: the mock writes milliseconds below 100 without their leading zeros, which no reader of ASN.1 takes.
const nowMs = Math.floor(Date.now() / 1000) * 1000;
const pair = (namedCurve: 'P-256' | 'P-384') => generateKeyPairSync('ec', { namedCurve });

let folder: string;
/** What GitHub's public instance writes, and its own instance for private repositories. */
let publicInstance: Instance;
let privateInstance: Instance;

interface Instance {
  trustedRoot: object;
  bundle(statement: Statement, options?: { identity?: string; issuer?: string }): Promise<Bundle>;
}

/** As Rekor answers it (`LogEntry` of @sigstore/rekor-types). */
interface LogEntry {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification: {
    signedEntryTimestamp: string;
    inclusionProof: { logIndex: number; treeSize: number; rootHash: string; checkpoint: string };
  };
}

interface Bundle {
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
}

/**
 * A log of certificates (RFC 6962, section 3.2) whose timestamps go into them. The mock's own leaves the signature empty
 * with the versions of pkijs that it installs.
 */
function certificateLog(clock: Date) {
  const key = pair('P-256');
  const publicKey = key.publicKey.export({ format: 'der', type: 'spki' });
  const logID = createHash('sha256').update(publicKey).digest();
  const number = (value: number, sizeBytes: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes.subarray(8 - sizeBytes);
  };
  return {
    publicKey,
    logID,
    async log(certificate: ArrayBuffer, issuerId: ArrayBuffer): Promise<ArrayBuffer> {
      // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE ... }, each with a length of two bytes.
      const der = Buffer.from(certificate);
      const tbs = der.subarray(4, 8 + der.readUInt16BE(6));
      const time = number(clock.getTime(), 8);
      const entry = [number(1, 2), Buffer.from(issuerId), number(tbs.length, 3), tbs, number(0, 2)];
      const signature = sign('sha256', Buffer.concat([number(0, 2), time, ...entry]), key.privateKey);
      // SHA-256 and ECDSA are 4 and 3.
      const algorithms = Buffer.of(4, 3);
      const stamp = [
        number(0, 1),
        logID,
        time,
        number(0, 2),
        algorithms,
        number(signature.length, 2),
        signature,
      ];
      const bytes = Buffer.concat(stamp);
      return Uint8Array.from(Buffer.concat([number(bytes.length, 2), bytes])).buffer;
    },
  };
}

/** With a transparency log, or with timestamps alone. */
async function startInstance(hasLog: boolean): Promise<Instance> {
  const clock = new Date(nowMs);
  const ctLog = certificateLog(clock);
  const ca = await initializeCA(pair('P-384'), hasLog ? ctLog : undefined, clock);
  const log = await initializeTLog('https://rekor.example.org', pair('P-256'), clock);
  const tsa = await initializeTSA(pair('P-384'), new Date(nowMs + 60_000));
  const validFor = { start: new Date(nowMs - 3_600_000).toISOString() };
  const subject = { commonName: 'sigstore', organization: 'mock' };
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  const chain = (...certificates: Buffer[]) => ({
    subject,
    uri: 'https://example.org',
    certChain: { certificates: certificates.map((one) => ({ rawBytes: base64(one) })) },
    validFor,
  });
  const authority = (publicKey: Buffer) => ({
    baseUrl: 'https://rekor.example.org',
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: base64(createHash('sha256').update(publicKey).digest()) },
  });
  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: hasLog ? [authority(log.publicKey)] : [],
      ctlogs: hasLog ? [authority(ctLog.publicKey)] : [],
      certificateAuthorities: [chain(ca.rootCertificate)],
      timestampAuthorities: hasLog ? [] : [chain(tsa.intCertificate, tsa.rootCertificate)],
    },
    async bundle(statement, { identity = IDENTITY, issuer = ISSUER } = {}) {
      const key = pair('P-256');
      const certificate = await ca.issueCertificate({
        publicKey: key.publicKey.export({ format: 'der', type: 'spki' }),
        subjectAltName: identity,
        extensions: [
          { oid: '1.3.6.1.4.1.57264.1.1', value: issuer, legacy: true },
          { oid: '1.3.6.1.4.1.57264.1.8', value: issuer },
        ],
      });
      const payload = Buffer.from(JSON.stringify(statement));
      const sig = sign('sha256', preAuthenticationEncoding(IN_TOTO, payload), key.privateKey);
      const pem = `-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`;
      const [entry] = Object.values(
        (await log.log({
          apiVersion: '0.0.1',
          kind: 'dsse',
          spec: {
            payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
            signatures: [{ signature: base64(sig), verifier: base64(Buffer.from(pem)) }],
          },
        })) as Record<string, LogEntry>,
      );
      const timestamp = await tsa.timestamp({
        artifactHash: createHash('sha256').update(sig).digest(),
        hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        nonce: 1,
        policyOID: '1.3.6.1.4.1.57264.2',
      });
      const proof = entry!.verification.inclusionProof;
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: base64(certificate) },
          tlogEntries: hasLog
            ? [
                {
                  logIndex: String(entry!.logIndex),
                  logId: { keyId: base64(Buffer.from(entry!.logID, 'hex')) },
                  kindVersion: { kind: 'dsse', version: '0.0.1' },
                  integratedTime: String(entry!.integratedTime),
                  inclusionPromise: { signedEntryTimestamp: entry!.verification.signedEntryTimestamp },
                  inclusionProof: {
                    logIndex: String(proof.logIndex),
                    rootHash: base64(Buffer.from(proof.rootHash, 'hex')),
                    treeSize: String(proof.treeSize),
                    hashes: [],
                    checkpoint: { envelope: proof.checkpoint },
                  },
                  canonicalizedBody: entry!.body,
                },
              ]
            : [],
          ...(hasLog
            ? {}
            : {
                timestampVerificationData: {
                  rfc3161Timestamps: [{ signedTimestamp: base64(timestamp) }],
                },
              }),
        },
        dsseEnvelope: {
          payload: base64(payload),
          payloadType: IN_TOTO,
          signatures: [{ sig: base64(sig), keyid: '' }],
        },
      };
    },
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sigstore-'));
  publicInstance = await startInstance(true);
  privateInstance = await startInstance(false);
  // As "gh attestation trusted-root" writes them: a document per line.
  const roots = [publicInstance, privateInstance].map(({ trustedRoot }) => JSON.stringify(trustedRoot));
  writeFileSync(join(folder, 'trusted-root.jsonl'), `${roots.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A run that ended three minutes ago and was attested two minutes ago. */
const statement = () =>
  stateOf([
    sampleRun(({ outcome: { record } }) =>
      Object.assign(record, { startedAtMs: nowMs - 300_000, endedAtMs: nowMs - 200_000 }),
    ),
  ]);

async function verify(document: unknown, identity = IDENTITY) {
  const file = writePolicy(folder, {});
  const policy = loadPolicy(
    replaced(file, '[{ name: ci, publicKey: ci.pub }]', [
      { name: 'release workflow', sigstore: { trustedRoot: 'trusted-root.jsonl', identity } },
      { name: 'ci', publicKey: 'ci.pub' },
    ]),
  );
  const { signer, checks } = await verifyEvidence(
    parseEvidence(JSON.stringify(document), 'evidence.json'),
    policy,
    {
      artifacts: sampleArtifacts(),
      source: { commit: COMMIT, clean: true, changed: [] },
      files: filesOf(),
      projectPath: 'cosmicai.yaml',
      nowMs,
    },
  );
  return {
    signer,
    reasons: checks.flatMap(({ name, reasons }) => reasons.map((reason) => `${name}: ${reason}`)),
  };
}

function replaced(file: string, text: string, value: object): string {
  const changed = readFileSync(file, 'utf8').replace(text, JSON.stringify(value));
  writeFileSync(file, changed);
  return file;
}

const payloadOf = ({ dsseEnvelope }: Bundle): string =>
  Buffer.from(dsseEnvelope.payload, 'base64').toString();

const change = (bundle: Bundle, edit: (payload: Statement) => void): Bundle => {
  const payload = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()) as Statement;
  edit(payload);
  const text = Buffer.from(JSON.stringify(payload)).toString('base64');
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: text } };
};

describe('a bundle of Sigstore', () => {
  it('is accepted from the workflow that the policy names, with log or with timestamp', async () => {
    for (const instance of [publicInstance, privateInstance])
      expect(await verify(await instance.bundle(statement()))).toEqual({
        signer: 'release workflow',
        reasons: [],
      });
  });

  it('is one way of several: evidence signed by a key is accepted under the same policy', async () => {
    const envelope = signEnvelope(IN_TOTO, JSON.stringify(statement()), keys.privateKey);
    expect(await verify(envelope)).toEqual({ signer: 'ci', reasons: [] });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'another workflow',
      () => publicInstance.bundle(statement(), { identity: `${IDENTITY}.evil` }),
      /^signature: it is signed by \S+main\.evil; the identity of release workflow is \S+main$/,
    ],
    [
      'another issuer',
      () => publicInstance.bundle(statement(), { issuer: 'https://example.org' }),
      /^signature: the issuer of its certificate is https:\/\/example\.org; that of release workflow is/,
    ],
    [
      'another instance',
      async () => (await startInstance(true)).bundle(statement()),
      /^signature: by the trusted root of release workflow it is not valid: /,
    ],
    [
      'a changed statement',
      async () =>
        change(await publicInstance.bundle(statement()), ({ predicate }) =>
          Object.assign(predicate[RUNS].runs[0]!.backend, { name: 'aws' }),
        ),
      /^signature: by the trusted root of release workflow it is not valid: /,
    ],
    [
      'no entry in the log',
      async () => {
        const bundle = await publicInstance.bundle(statement());
        return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [] } };
      },
      /^signature: by the trusted root of release workflow it is not valid: /,
    ],
    [
      'an entry of another bundle',
      async () => {
        const [one, two] = [
          await publicInstance.bundle(statement()),
          await publicInstance.bundle(statement()),
        ];
        const { tlogEntries } = two.verificationMaterial;
        return { ...one, verificationMaterial: { ...one.verificationMaterial, tlogEntries } };
      },
      /^signature: by the trusted root of release workflow it is not valid: /,
    ],
    [
      'a second signature',
      async () => {
        const bundle = await publicInstance.bundle(statement());
        const [first] = bundle.dsseEnvelope.signatures;
        return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [first, first] } };
      },
      /^signature: /,
    ],
    [
      'a statement attested after its signature',
      () => {
        const late = statement();
        const attestedAt = new Date(nowMs + 299_000 * 2).toISOString();
        Object.assign(late.predicate[RUNS], { attestedAt });
        return publicInstance.bundle(late);
      },
      /^age: the evidence was signed in the future/,
    ],
    [
      'no bundle at all',
      async () => ({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }),
      /^signature: it is no bundle of Sigstore: /,
    ],
  ])('is refused: %s', async (_what, make, expected) => {
    const { reasons } = await verify(await make());
    expect(reasons[0]).toMatch(expected);
  });

  it('proves nothing else after 1,000 random edits of a byte', async () => {
    const bundle = await publicInstance.bundle(statement());
    const text = JSON.stringify(bundle);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const index = at % text.length;
        const edited = text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
        let document: unknown;
        try {
          document = JSON.parse(edited);
        } catch {
          refused++;
          return;
        }
        const reasons = await verify(document).then(
          (verified) => verified.reasons,
          (error: Error) => [error.message],
        );
        if (reasons.length > 0) refused++;
        // What no signature covers, such as a member that nobody reads, may differ; what is proven may not.
        else expect(payloadOf(document as Bundle)).toBe(payloadOf(bundle));
      }),
      { seed: 16, numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(500);
  }, 300_000);

  it('is refused when the policy names keys only', async () => {
    const policy = loadPolicy(writePolicy(folder));
    const evidence = parseEvidence(JSON.stringify(await publicInstance.bundle(statement())), 'e.json');
    const { checks } = await verifyEvidence(evidence, policy, { nowMs });
    expect(checks).toEqual([{ name: 'signature', reasons: ['the policy names no signer of Sigstore'] }]);
  });
});
