import type { RunRecord } from '../../record/run-record.ts';
import { gbSecondsOf } from '../gb-seconds.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** MB of /tmp that come with every function. */
const FREE_STORAGE_MB = 512;

/**
 * GB-s and requests of every invocation, and GB-s of /tmp beyond 512 MB where the record says how large it was.
 * Billed duration holds initialisation, as AWS bills it for zip functions since 2025-08-01
 * (https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/).
 */
export function lambdaUsage(record: RunRecord): UsageLine[] {
  const stateOf = statesOfFunctions(record);
  return record.invocations.flatMap((one): UsageLine[] => {
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
    const storage = (extraMB / 1024) * (one.billedDurationMs / 1000);
    return [
      line('lambdaGbSecond', gbSecondsOf(one)),
      line('lambdaRequest', 1),
      ...(storage > 0 ? [line('lambdaStorageGbSecond', storage)] : []),
    ];
  });
}
