import { hasFailed } from './invocations.ts';
import type { Metric } from './metric.ts';

export const errorRate: Metric = {
  name: 'errorRate',
  unit: '%',
  cardinality: 'one',
  clock: 'none',
  needs: ['report-lines'],
  source: 'the outcome of each invocation as the platform recorded it, handled errors included',
  description: 'Share of Lambda invocations that ended in an error, all functions',
  values: (record) => {
    const all = record.invocations;
    return all.length === 0 ? [] : [(100 * all.filter(hasFailed).length) / all.length];
  },
};
