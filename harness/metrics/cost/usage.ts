/**
 * What a run used of AWS's priced quantities, line by line: which service, in which state, whether it grows with
 * the number of partitions. Costs of any region, architecture or data size are products of these lines.
 */
import type { RunRecord } from '../../record/run-record.ts';
import { lambdaUsage } from './lambda-usage.ts';
import { logsUsage } from './logs-usage.ts';
import { s3Usage } from './s3-usage.ts';
import { stepFunctionsUsage } from './step-functions-usage.ts';
import type { UsageLine } from './usage-line.ts';

export function usageOf(record: RunRecord): UsageLine[] {
  return [...lambdaUsage(record), ...stepFunctionsUsage(record), ...s3Usage(record), ...logsUsage(record)];
}
