import type { Capability } from '../record/capability.ts';
import type { RunRecord } from '../record/run-record.ts';

/**
 * Whose clock a duration comes from: the function's own, Lambda's (REPORT lines), Step Functions' (histories),
 * the harness's; `model` for prices; `none` where no time is involved.
 */
type MetricClock = 'function' | 'lambda' | 'step-functions' | 'harness' | 'model' | 'none';

/** One measured quantity of a run. */
export interface Metric {
  /** As written in thresholds, e.g. `execution.duration`. */
  name: string;
  /** Unit of the values, one of `unitNames` or empty for plain numbers. */
  unit: string;
  /** For a metric that the functions name themselves: the unit is the run's to tell, and `unit` is empty. */
  unitOf?(record: RunRecord): string;
  /** One value per run, or many that an aggregate has to sum up. */
  cardinality: 'one' | 'many';
  clock: MetricClock;
  /** Where the number is taken from. */
  source: string;
  description: string;
  /** What the backend must be able to do for the values to be evidence. */
  needs?: readonly Capability[];
  /** The same where it depends on what was run. */
  needsOf?(record: RunRecord): readonly Capability[];
  /** No values when the backend gave no evidence for it; never a made-up number. */
  values(record: RunRecord): number[];
}
