/** A plan kept in a file, to be applied later only as it was reviewed. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { PromotionPlan } from './plan.ts';

const savedSchema = z.strictObject({
  planVersion: z.literal(2),
  environment: z.string(),
  account: z.string(),
  region: z.string(),
  release: z.string(),
  /** SHA-256 of the evidence file. */
  evidence: z.string(),
  /** Of the policy with all that it names: smoke scenarios, canary, thresholds, signers. */
  policy: z.string(),
  /** Of the account's state. */
  fingerprint: z.string(),
  plannedAt: z.iso.datetime(),
  /** SHA-256 of the canonical text of all other fields: a plan that was edited is none. */
  sha256: z.string(),
});
type SavedPlan = z.output<typeof savedSchema>;

export function savedPlan(plan: PromotionPlan, nowMs: number): SavedPlan {
  const rest = {
    planVersion: 2,
    environment: plan.environment,
    account: plan.blueprint.account.accountId,
    region: plan.blueprint.account.region,
    release: plan.blueprint.release,
    evidence: plan.evidence.sha256,
    policy: plan.policySha256,
    fingerprint: plan.fingerprint,
    plannedAt: new Date(nowMs).toISOString(),
  } as const;
  return { ...rest, sha256: digestOf(rest) };
}

const digestOf = (rest: Omit<SavedPlan, 'sha256'>) =>
  createHash('sha256').update(canonicalJson(rest)).digest('hex');

/**
 * Requires that a plan made earlier is still this one.
 * @throws HarnessError `plan-unreadable`, `plan-changed`, `plan-of-another-release`, `plan-of-another-policy`,
 * `plan-older-than-account`
 */
export function requireSamePlan(text: string, file: string, plan: PromotionPlan): void {
  const saved = parseSaved(text, file);
  const again = 'plan again with --plan, and look at what is different';
  const wrong = (code: string, message: string, remedy = again) =>
    new HarnessError(code, message, { exitCode: ExitCode.inputWrong, location: { file }, remedy });
  const { sha256, ...rest } = saved;
  if (sha256 !== digestOf(rest))
    throw wrong('plan-changed', `the plan ${file} has been changed since it was written`);
  const now = savedPlan(plan, Date.parse(saved.plannedAt));
  if (saved.environment !== now.environment || saved.account !== now.account || saved.region !== now.region)
    throw wrong(
      'plan-of-another-release',
      `the plan ${file} is for ${saved.environment} (${saved.account}, ${saved.region}), not for ${now.environment} (${now.account}, ${now.region})`,
    );
  if (saved.policy !== now.policy)
    throw wrong(
      'plan-of-another-policy',
      `the policy, or a file that it names, has changed since the plan ${file} of ${saved.plannedAt}`,
    );
  if (saved.release !== now.release)
    throw wrong(
      'plan-of-another-release',
      `the plan ${file} is for ${saved.release} in ${saved.environment}, not for ${now.release}`,
    );
  if (saved.evidence !== now.evidence)
    throw wrong('plan-of-another-release', `the plan ${file} was made with other evidence`);
  if (saved.fingerprint !== now.fingerprint)
    throw wrong(
      'plan-older-than-account',
      `the plan ${file} of ${saved.plannedAt} is older than the account, which has changed since`,
    );
}

function parseSaved(text: string, file: string): SavedPlan {
  try {
    return savedSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new HarnessError('plan-unreadable', `${file} is no plan`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'write one with "cosmicai promote --to ENVIRONMENT --evidence FILE --plan FILE"',
      cause: error,
    });
  }
}
