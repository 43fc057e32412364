/**
 * Bundles of Sigstore, as GitHub's artifact attestations are
 * (https://docs.github.com/en/actions/how-tos/secure-your-work/use-artifact-attestations), verified offline against a
 * trusted root that the policy names. Loaded lazily: most evidence is signed by a key.
 */

export interface SigstoreSigner {
  kind: 'sigstore';
  name: string;
  /** Text of the trusted root: a JSON document. */
  trustedRoot: string;
  issuer: string;
  identity: string;
}

export interface OpenedBundle {
  payloadType: string;
  payload: Buffer;
  signer: SigstoreSigner;
  /** The earliest time at which a transparency log or timestamp authority saw the signature, ms since the epoch. */
  signedAtMs: number;
}

/** Whether a document is a bundle, and no bare envelope. */
export const isBundle = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'mediaType' in document;

/** The statement, when a workflow that one of the signers names has signed it; otherwise why not, one line each. */
export async function openBundle(
  document: unknown,
  signers: readonly SigstoreSigner[],
): Promise<OpenedBundle | { reasons: string[] }> {
  if (signers.length === 0) return { reasons: ['the policy names no signer of Sigstore'] };
  const [{ bundleFromJSON, isBundleWithDsseEnvelope }, { TrustedRoot }, verify] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  let bundle: ReturnType<typeof bundleFromJSON>;
  try {
    bundle = bundleFromJSON(document);
  } catch (error) {
    return { reasons: [`it is no bundle of Sigstore: ${(error as Error).message}`] };
  }
  if (!isBundleWithDsseEnvelope(bundle)) return { reasons: ['the bundle holds no DSSE envelope'] };
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  if (signatures.length !== 1)
    return { reasons: [`the bundle has ${signatures.length} signatures, not one`] };
  const reasons: string[] = [];
  for (const signer of signers) {
    for (const root of rootsIn(signer.trustedRoot)) {
      try {
        const trusted = TrustedRoot.fromJSON(root);
        // GitHub's own instance, for private repositories, has timestamps and no public log.
        const hasLog = trusted.tlogs.length > 0;
        const verifier = new verify.Verifier(verify.toTrustMaterial(trusted), {
          tlogThreshold: hasLog ? 1 : 0,
          ctlogThreshold: trusted.ctlogs.length > 0 ? 1 : 0,
          timestampThreshold: 1,
        });
        const entity = verify.toSignedEntity(bundle);
        const { identity } = verifier.verify(entity);
        const problem = identityProblem(identity ?? {}, signer);
        if (problem !== undefined) {
          reasons.push(problem);
          continue;
        }
        const times = entity.timestamps.map((one) =>
          one.$case === 'timestamp-authority'
            ? one.timestamp.signingTime.getTime()
            : Number(one.tlogEntry.integratedTime) * 1000,
        );
        return { payloadType, payload: Buffer.from(payload), signer, signedAtMs: Math.min(...times) };
      } catch (error) {
        reasons.push(`by the trusted root of ${signer.name} it is not valid: ${(error as Error).message}`);
      }
    }
  }
  return { reasons: [...new Set(reasons)] };
}

interface Identity {
  subjectAlternativeName?: string | undefined;
  extensions?: { issuer?: string | undefined } | undefined;
}

/** Names are compared whole: a pattern would let in what its author did not think of. */
function identityProblem(found: Identity, { name, identity, issuer }: SigstoreSigner): string | undefined {
  const { subjectAlternativeName: subject = 'an unnamed certificate', extensions } = found;
  if (subject !== identity) return `it is signed by ${subject}; the identity of ${name} is ${identity}`;
  if (extensions?.issuer !== issuer)
    return `the issuer of its certificate is ${extensions?.issuer ?? 'unknown'}; that of ${name} is ${issuer}`;
  return undefined;
}

/** `gh attestation trusted-root` writes a document per line, one for each instance. */
function rootsIn(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  }
}
