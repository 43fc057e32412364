import type { RunRecord } from '../../record/run-record.ts';
import type { PriceTable } from './prices.ts';

/** CloudWatch counts 26 bytes beside each event's UTF-8 message (PutLogEvents). */
const EVENT_OVERHEAD_BYTES = 26;

export function logsCostUSD(record: RunRecord, prices: PriceTable): number {
  const bytes = record.logs.reduce(
    (total, event) => total + Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES,
    0,
  );
  return (bytes / 1024 ** 3) * prices.logsIngestedGb.usd;
}
