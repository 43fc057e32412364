/** Registry of checks, and the verdict on evidence: every reason for refusing it, not only the first. */
import { readFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { type Envelope, IN_TOTO, openEnvelope, parseEnvelope, readPublicKey } from '../evidence/dsse.ts';
import { type Statement, statementSchema } from '../evidence/statement.ts';
import type { Policy } from '../policy.ts';
import { age } from './age.ts';
import type { Check, VerifyContext } from './check.ts';
import { digests } from './digests.ts';
import { packages } from './packages.ts';
import { requirements } from './requirements.ts';
import { source } from './source.ts';
import { thresholds } from './thresholds.ts';

const CHECKS: readonly Check[] = [digests, age, source, requirements, thresholds, packages];

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
export function readEvidence(file: string): { text: string; envelope: Envelope } {
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
  return { text, envelope: parseEnvelope(text, file) };
}

/** Judges evidence by a policy. */
export function verifyEvidence(
  envelope: Envelope,
  policy: Policy,
  rest: Omit<VerifyContext, 'statement' | 'policy'>,
): Verification {
  const keys = policy.evidence.signers.map(({ name, publicKey }) => ({
    name,
    key: readPublicKey(publicKey, `the key of ${name}`),
  }));
  const opened = openEnvelope(envelope, keys);
  if (!opened) {
    const ids = envelope.signatures.map(({ keyid }) => keyid.slice(0, 16) || 'no id').join(', ');
    const known = policy.evidence.signers.map(({ name }) => name).join(', ');
    return {
      checks: [
        {
          name: 'signature',
          reasons: [
            `no signature is valid for a key of the policy (${known}); signed by ${ids}, or changed since`,
          ],
        },
      ],
    };
  }
  const { statement, problem } = readStatement(envelope.payloadType, opened.payload);
  if (!statement) {
    return { signer: opened.signer.name, checks: [{ name: 'signature', reasons: [problem] }] };
  }
  const context: VerifyContext = { ...rest, statement, policy };
  return {
    signer: opened.signer.name,
    statement,
    checks: [
      { name: 'signature', reasons: [] },
      ...CHECKS.map((check) => ({ name: check.name, reasons: check.reasons(context) })),
    ],
  };
}

function readStatement(payloadType: string, payload: Buffer): { statement?: Statement; problem: string } {
  if (payloadType !== IN_TOTO) return { problem: `the payload is of type ${payloadType}, not ${IN_TOTO}` };
  try {
    const parsed = statementSchema.safeParse(JSON.parse(payload.toString('utf8')));
    if (parsed.success) return { statement: parsed.data, problem: '' };
    const [issue] = parsed.error.issues;
    return { problem: `the statement is not understood: ${issue!.path.join('.')}: ${issue!.message}` };
  } catch {
    return { problem: 'the payload is no JSON' };
  }
}
