/**
 * Carries out a plan. Each step may be repeated, so a release that was interrupted anywhere is finished by applying
 * it again; a release that proves bad is rolled back, and what served goes on serving.
 */
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { OWNER_TAG } from '../../deploy/deployment-spec.ts';
import type { PromotionPlan } from '../plan/plan.ts';
import { releaseStore } from '../release/store.ts';
import { type ApplyContext, type ApplyRequest, ReleaseFailed } from './context.ts';
import { rollBack } from './roll-back.ts';
import { STEPS } from './steps/index.ts';

export interface Allowances {
  /** Overwrite what was changed by hand. */
  drift: boolean;
  /** Executions may be running. */
  inFlight: boolean;
}

export type ApplyOutcome =
  | { kind: 'unchanged' }
  | { kind: 'released'; stateMachineVersionArns: Record<string, string> }
  | { kind: 'rolled back'; reason: string };

/** Nothing would be written: the release serves, as it should be. */
const isUnchanged = ({ changes, drift, pending }: PromotionPlan): boolean =>
  changes.length === 0 && drift.length === 0 && pending === undefined;

/**
 * Applies a plan that was made a moment ago.
 * @throws HarnessError `plan-refused` before anything is written; others leave a release that may be resumed
 */
export async function applyPromotion(request: ApplyRequest, allowances: Allowances): Promise<ApplyOutcome> {
  const { plan, clients, clock } = request;
  if (isUnchanged(plan)) return { kind: 'unchanged' };
  requireApplicable(plan, allowances);
  const { blueprint } = plan;
  const context: ApplyContext = {
    ...request,
    blueprint,
    deploy: {
      clients,
      clock,
      tags: blueprint.tags,
      prefix: blueprint.tags[OWNER_TAG] ?? blueprint.prefix,
      layerArns: new Map(),
    },
    store: releaseStore(clients.s3, blueprint.releasesBucket, blueprint.prefix),
    journal: plan.observed.journal,
    revisions: {},
    published: { functions: {}, stateMachines: {} },
    smokeEndedAtMs: 0,
  };
  try {
    for (const [index, step] of STEPS.entries()) {
      request.signal.throwIfAborted();
      request.onStep({ name: step.name, index: index + 1, count: STEPS.length });
      await step.run(context);
    }
  } catch (error) {
    if (!(error instanceof ReleaseFailed)) throw error;
    request.onProgress('rolling back');
    await rollBack(context, error.message);
    return { kind: 'rolled back', reason: error.message };
  }
  return { kind: 'released', stateMachineVersionArns: context.published.stateMachines };
}

/** @throws HarnessError `plan-refused` with every reason */
function requireApplicable(plan: PromotionPlan, allowances: Allowances): void {
  const reasons = [...plan.refusals];
  if (plan.drift.length > 0 && !allowances.drift) {
    const what = plan.drift.map((one) => `${one.what} (${one.lines.join(', ')})`).join('; ');
    reasons.push(`changed by hand since the last release: ${what}; --accept-drift overwrites it`);
  }
  if (plan.running.length > 0 && !allowances.inFlight) {
    const names = plan.running.slice(0, 3).join(', ');
    const more = plan.running.length > 3 ? ` and ${plan.running.length - 3} more` : '';
    reasons.push(`executions are in flight: ${names}${more}; --allow-in-flight goes on beside them`);
  }
  if (reasons.length === 0) return;
  throw new HarnessError('plan-refused', `nothing is written:\n  ${reasons.join('\n  ')}`, {
    exitCode: ExitCode.expectationFailed,
    remedy: 'look at the whole plan with --plan',
  });
}
