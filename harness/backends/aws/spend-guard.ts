/** Shows what a deployment would make and what it may cost, and lets nothing dear through unasked. */
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { DeploymentPlan } from '../../deploy/resource.ts';

/** What a run may cost, in USD. */
export interface CostEstimate {
  usd: number;
  /** Sentences that the figure rests on. */
  assumptions: string[];
}

export interface Spending {
  /** USD a run may cost without being asked. */
  maxCostUSD: number;
  /** The answer is yes beforehand. */
  yes: boolean;
}

/** A cent short of a dollar's worth of surprise. */
export const DEFAULT_MAX_COST_USD = 1;

/** The plan as people read it before anything is made. */
export function renderPlan(plan: DeploymentPlan, estimate: CostEstimate): string {
  const { accountId, region } = plan.account;
  const resources = plan.phases.flat().map((resource) => {
    const name = resource.kind === 'object' ? `s3://${resource.bucket}/${resource.key}` : resource.name;
    const size = resource.kind === 'lambda-function' ? `, ${resource.memoryMB} MB` : '';
    return `  ${resource.kind.padEnd(15)} ${name}${size}`;
  });
  return [
    `Plan for account ${accountId} in ${region}, everything tagged cosmicai:deployment=${plan.prefix}:`,
    ...resources,
    `Estimated cost: ${estimate.usd.toFixed(4)} USD`,
    ...estimate.assumptions.map((text) => `  ${text}`),
    '',
  ].join('\n');
}

/** @throws HarnessError `too-dear` (exit code 2) above the limit, unless it was said to be fine */
export function guardSpending(estimate: CostEstimate, { maxCostUSD, yes }: Spending): void {
  if (yes || estimate.usd <= maxCostUSD) return;
  throw new HarnessError(
    'too-dear',
    `The run is estimated at ${estimate.usd.toFixed(2)} USD, more than ${maxCostUSD.toFixed(2)} USD.`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'Say --yes if that is fine, raise --max-cost, or take less data. Nothing was made.',
    },
  );
}
