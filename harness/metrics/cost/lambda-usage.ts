import type { RunRecord } from '../../record/run-record.ts';
import { billedWith, type Starts } from './start-costs.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** MB of /tmp that come with every function. */
const FREE_STORAGE_MB = 512;

/**
 * GB-s and requests of every invocation, and GB-s of /tmp beyond 512 MB where the record says how large it was.
 * Billed duration holds initialisation, as AWS bills it for zip functions since 2025-08-01
 * (https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/). `undefined` where the run
 * does not tell what these starts cost.
 */
export function lambdaUsage(record: RunRecord, starts: Starts = 'measured'): UsageLine[] | undefined {
  const billedMsOf = billedWith(record, starts);
  const billed = record.invocations.map((one) => ({ one, billedMs: billedMsOf(one) }));
  if (billed.some(({ billedMs }) => billedMs === undefined)) return undefined;
  const stateOf = statesOfFunctions(record);
  return billed.flatMap(({ one, billedMs = 0 }): UsageLine[] => {
    const { state, repeated } = stateOf(one.functionName);
    const scale = repeated ? 'partition' : 'execution';
    const line = (price: UsageLine['price'], quantity: number): UsageLine => ({
      part: 'lambda',
      price,
      quantity,
      state,
      functionName: one.functionName,
      scale,
    });
    const extraMB = Math.max(0, (one.ephemeralStorageMB ?? FREE_STORAGE_MB) - FREE_STORAGE_MB);
    const billedSeconds = billedMs / 1000;
    const storage = (extraMB / 1024) * billedSeconds;
    return [
      line('lambdaGbSecond', (one.memorySizeMB / 1024) * billedSeconds),
      line('lambdaRequest', 1),
      ...(storage > 0 ? [line('lambdaStorageGbSecond', storage)] : []),
    ];
  });
}
