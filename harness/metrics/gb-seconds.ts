import type { InvocationRecord } from '../record/run-record.ts';
import type { Metric } from './metric.ts';

/** Memory size times billed duration of one invocation, in GB-s (1 GB = 1,024 MB, as Lambda charges). */
export function gbSecondsOf(invocation: InvocationRecord): number {
  return (invocation.memorySizeMB / 1024) * (invocation.billedDurationMs / 1000);
}

export const gbSeconds: Metric = {
  name: 'gbSeconds',
  unit: 'GB-s',
  cardinality: 'one',
  clock: 'lambda',
  needs: ['report-lines'],
  source: 'Memory Size and Billed Duration of every REPORT line',
  description: 'Compute Lambda charges for, all functions',
  values: (record) =>
    record.invocations.length === 0
      ? []
      : [record.invocations.reduce((total, one) => total + gbSecondsOf(one), 0)],
};
