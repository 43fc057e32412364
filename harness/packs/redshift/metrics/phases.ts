import { isJsonObject } from '../../../core/json.ts';
import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

/** Phases of one inference invocation, as its result object names them. */
const phaseNames = ['model', 'read', 'parse', 'inference', 'write'] as const;

const DESCRIPTION: Record<(typeof phaseNames)[number], string> = {
  model: 'Loading the model; next to nothing in a warm environment',
  read: 'Waiting for S3',
  parse: 'Parsing the partition, as far as the model waited for it',
  inference: 'In the model',
  write: 'Writing the predictions',
};

export const phases: readonly Metric[] = phaseNames.map((phase) => ({
  name: `phase.${phase}`,
  unit: 's',
  cardinality: 'many',
  clock: 'function',
  source: `phases.${phase}_s of the result objects`,
  description: DESCRIPTION[phase],
  values: (record) =>
    resultsOf(record).flatMap((result) => {
      const value = isJsonObject(result['phases']) ? result['phases'][`${phase}_s`] : undefined;
      return typeof value === 'number' ? [value] : [];
    }),
}));
