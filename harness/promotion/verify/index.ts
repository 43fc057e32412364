/** Registry of checks, and the verdict on evidence: every reason for refusing it, not only the first. */
import { readFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { type Evidence, IN_TOTO, openEnvelope, parseEvidence, readPublicKey } from '../evidence/dsse.ts';
import { openBundle } from '../evidence/sigstore.ts';
import { type Statement, statementSchema } from '../evidence/statement.ts';
import type { Policy } from '../policy.ts';
import type { Signer } from '../signers.ts';
import { age } from './age.ts';
import type { Check, VerifyContext } from './check.ts';
import { consistency } from './consistency.ts';
import { content } from './content.ts';
import { digests } from './digests.ts';
import { packages } from './packages.ts';
import { requirements } from './requirements.ts';
import { source } from './source.ts';
import { thresholds } from './thresholds.ts';

const CHECKS: readonly Check[] = [
  consistency,
  digests,
  age,
  source,
  content,
  requirements,
  thresholds,
  packages,
];

/** Bytes that are no text stay no text. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Verification {
  /** Name of the signer in the policy; absent when no signer of the policy has signed. */
  signer?: string;
  /** Absent when the signature is not to be trusted: nothing in it is believed then. */
  statement?: Statement;
  checks: { name: string; reasons: string[] }[];
}

export const accepted = ({ checks }: Verification): boolean =>
  checks.every(({ reasons }) => reasons.length === 0);

/** Reads an evidence file. @throws HarnessError `evidence-missing`, `evidence-unreadable` */
export function readEvidence(file: string): { text: string; evidence: Evidence } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new HarnessError(
      'evidence-missing',
      `the evidence ${file} ${missing ? 'is missing' : 'cannot be read'}`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file },
        remedy: 'write it with "cosmicai run SCENARIO --attest FILE"',
        cause: error,
      },
    );
  }
  return { text, evidence: parseEvidence(text, file) };
}

/** Judges evidence by a policy. */
export async function verifyEvidence(
  evidence: Evidence,
  policy: Policy,
  rest: Omit<VerifyContext, 'statement' | 'policy' | 'signedAtMs'>,
): Promise<Verification> {
  const opened = await openEvidence(evidence, policy.evidence.signers);
  if ('reasons' in opened) return { checks: [{ name: 'signature', reasons: opened.reasons }] };
  const { signer, signedAtMs } = opened;
  const { statement, problem } = readStatement(opened.payloadType, opened.payload);
  if (!statement) return { signer, checks: [{ name: 'signature', reasons: [problem] }] };
  const context: VerifyContext = {
    ...rest,
    statement,
    policy,
    ...(signedAtMs === undefined ? {} : { signedAtMs }),
  };
  return {
    signer,
    statement,
    checks: [
      { name: 'signature', reasons: [] },
      ...CHECKS.map((check) => ({ name: check.name, reasons: check.reasons(context) })),
    ],
  };
}

interface OpenedEvidence {
  payloadType: string;
  payload: Buffer;
  /** Name in the policy. */
  signer: string;
  signedAtMs?: number;
}

/** The payload with its signer, or why the signature is not to be trusted. */
async function openEvidence(
  evidence: Evidence,
  signers: readonly Signer[],
): Promise<OpenedEvidence | { reasons: string[] }> {
  if (evidence.kind === 'bundle') {
    const opened = await openBundle(
      evidence.document,
      signers.filter((one) => one.kind === 'sigstore'),
    );
    return 'reasons' in opened ? opened : { ...opened, signer: opened.signer.name };
  }
  const { envelope } = evidence;
  const keys = signers
    .filter((one) => one.kind === 'key')
    .map(({ name, publicKey }) => ({ name, key: readPublicKey(publicKey, `the key of ${name}`) }));
  const opened = openEnvelope(envelope, keys);
  if (opened) return { ...opened, payloadType: envelope.payloadType, signer: opened.signer.name };
  const ids = envelope.signatures.map(({ keyid }) => keyid.slice(0, 16) || 'no id').join(', ');
  const known = keys.map(({ name }) => name).join(', ') || 'none';
  return {
    reasons: [`no signature is valid for a key of the policy (${known}); signed by ${ids}, or changed since`],
  };
}

function readStatement(payloadType: string, payload: Buffer): { statement?: Statement; problem: string } {
  if (payloadType !== IN_TOTO) return { problem: `the payload is of type ${payloadType}, not ${IN_TOTO}` };
  try {
    const parsed = statementSchema.safeParse(JSON.parse(utf8.decode(payload)));
    if (parsed.success) return { statement: parsed.data, problem: '' };
    const [issue] = parsed.error.issues;
    return { problem: `the statement is not understood: ${issue!.path.join('.')}: ${issue!.message}` };
  } catch {
    return { problem: 'the payload is no JSON' };
  }
}
