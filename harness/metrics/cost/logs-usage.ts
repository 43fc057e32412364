import type { RunRecord } from '../../record/run-record.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** CloudWatch counts 26 bytes beside each event's UTF-8 message (PutLogEvents). */
const EVENT_OVERHEAD_BYTES = 26;

/** Bytes of every log event, by the function that wrote it. */
export function logsUsage(record: RunRecord): UsageLine[] {
  const stateOf = statesOfFunctions(record);
  const bytes = new Map<string, number>();
  for (const { logGroup, message } of record.logs) {
    const added = Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    bytes.set(logGroup, (bytes.get(logGroup) ?? 0) + added);
  }
  return [...bytes].map(([logGroup, sizeBytes]): UsageLine => {
    const functionName = logGroup.split('/').at(-1)!;
    const { state, repeated } = stateOf(functionName);
    const scale = repeated ? 'partition' : 'execution';
    const quantity = sizeBytes / 1024 ** 3;
    return { part: 'logs', price: 'logsIngestedGb', quantity, state, functionName, scale };
  });
}
