import { type FunctionRole, functionRoles, invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

const durationOf = (role: FunctionRole): Metric => ({
  name: `${role}.duration`,
  unit: 's',
  cardinality: 'many',
  clock: 'lambda',
  needs: ['report-lines'],
  source: 'Duration of the REPORT line',
  description: `Time the ${role} handler ran, per invocation; without initialisation`,
  values: (record) => invocationsOf(record, role).map((invocation) => invocation.durationMs / 1000),
});

export const functionDurations: readonly Metric[] = functionRoles.map(durationOf);
