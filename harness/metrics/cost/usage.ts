/**
 * What a run used of AWS's priced quantities, line by line: which service, in which state, whether it grows with
 * the number of partitions. Costs of any region, architecture or data size are products of these lines.
 */
import { PackParts } from '../../core/pack-parts.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { lambdaUsage } from './lambda-usage.ts';
import { logsUsage } from './logs-usage.ts';
import { metricsUsage } from './metrics-usage.ts';
import { s3Usage } from './s3-usage.ts';
import type { Starts } from './start-costs.ts';
import { stepFunctionsUsage } from './step-functions-usage.ts';
import type { UsageLine } from './usage-line.ts';

/** Usage that only a pack knows, such as the S3 requests that its functions count themselves. */
export const packUsage = new PackParts<(record: RunRecord) => UsageLine[]>();

/** As the run was; see `usageWith` for other starts. */
export const usageOf = (record: RunRecord): UsageLine[] => usageWith(record, 'measured')!;

/** With these starts of the functions; `undefined` where the run does not tell what they cost. */
export function usageWith(record: RunRecord, starts: Starts): UsageLine[] | undefined {
  const ofLambda = lambdaUsage(record, starts);
  if (!ofLambda) return undefined;
  const ofPack = packUsage.of(record.pack)?.(record) ?? [];
  return [
    ...ofLambda,
    ...stepFunctionsUsage(record),
    ...s3Usage(record),
    ...ofPack,
    ...logsUsage(record),
    ...metricsUsage(record),
  ];
}
