/** What a run may cost on AWS, before it has run: an estimate with its assumptions, for the spend guard. */
import type { CostEstimate } from '../backends/aws/spend-guard.ts';
import { DEFAULT_REGION, pricesOf, usdOf } from '../metrics/cost/price-table.ts';
import { type EstimateRequest, packRuns } from './pack-run.ts';

/** Transitions of a function's state: itself, and what leads to it. */
const TRANSITIONS_PER_INVOCATION = 3;

/** The pack's estimate, or an upper bound for any project. USD, us-east-1 prices. */
export function estimateRun(pack: string | undefined, request: EstimateRequest): CostEstimate {
  const own = packRuns.of(pack);
  if (own) return own.estimate(request);
  const { dataset, plan, executions } = request;
  const table = pricesOf();
  const items = Math.max(1, Number(dataset?.variables['rows'] ?? dataset?.files ?? 1));
  const functions = plan.phases.flat().filter((one) => one.kind === 'lambda-function');
  const gbSeconds = functions.reduce(
    (total, { memoryMB, timeoutSeconds }) => total + (memoryMB / 1024) * timeoutSeconds,
    0,
  );
  const invocations = functions.length * items;
  const once =
    gbSeconds * items * usdOf(table, 'lambdaGbSecondX64') +
    invocations * usdOf(table, 'lambdaRequest') +
    invocations * TRANSITIONS_PER_INVOCATION * usdOf(table, 'standardTransition');
  return {
    usd: Math.max(1, executions) * once,
    assumptions: [
      `${executions} execution(s), in which every function is invoked ${items} time(s) and takes its whole timeout`,
      `prices of ${DEFAULT_REGION}, no free tier; requests to S3 and logs are left out`,
    ],
  };
}
