import type { RunRecord } from '../../record/run-record.ts';
import { gbSecondsOf } from '../gb-seconds.ts';
import type { PriceTable } from './prices.ts';

/** GB-s and requests of every invocation. The functions are x86 unless the deployment says otherwise. */
export function lambdaCostUSD(record: RunRecord, prices: PriceTable): number {
  const gbSeconds = record.invocations.reduce((total, one) => total + gbSecondsOf(one), 0);
  return gbSeconds * prices.lambdaGbSecondX64.usd + record.invocations.length * prices.lambdaRequest.usd;
}
