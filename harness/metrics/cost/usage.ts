/**
 * What a run used of AWS's priced quantities, line by line: which service, in which state, whether it grows with
 * the number of partitions. Costs of any region, architecture or data size are products of these lines.
 */
import { PackParts } from '../../core/pack-parts.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { lambdaUsage } from './lambda-usage.ts';
import { logsUsage } from './logs-usage.ts';
import { s3Usage } from './s3-usage.ts';
import { stepFunctionsUsage } from './step-functions-usage.ts';
import type { UsageLine } from './usage-line.ts';

/** Usage that only a pack can tell, such as the S3 requests that its functions count themselves. */
export const packUsage = new PackParts<(record: RunRecord) => UsageLine[]>();

export function usageOf(record: RunRecord): UsageLine[] {
  const ofPack = packUsage.of(record.pack)?.(record) ?? [];
  return [
    ...lambdaUsage(record),
    ...stepFunctionsUsage(record),
    ...s3Usage(record),
    ...ofPack,
    ...logsUsage(record),
  ];
}
