/**
 * A domain pack: everything that knows a domain, as one object. A project file names it (`pack:`); without it none of
 * its words appear in schemas, help or reports. Only the composition roots (cli, index.ts, vitest) import packs.
 */
import type { Invariant } from '../assertions/assertion.ts';
import type { Completeness } from '../assertions/complete.ts';
import type { PackExpectation } from '../assertions/index.ts';
import type { CommandDefinition } from '../cli/command.ts';
import type { UsageLine } from '../metrics/cost/usage-line.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { PackSections } from '../reports/pack-sections.ts';
import type { PackCheck } from '../scenario/check.ts';
import type { DatasetKind } from '../scenario/dataset/dataset-kind.ts';
import type { PackRun } from '../scenario/pack-run.ts';
import type { PackDeploy } from '../scenario/schema.ts';

export interface Pack {
  /** As project files name it. */
  name: string;
  /** Kinds of `dataset`. */
  datasets: readonly DatasetKind[];
  /** Fields of `expect`, what `complete` means for the datasets, and mistakes that no schema can tell. */
  expectations: { fields: readonly PackExpectation[]; complete: Completeness; check: PackCheck };
  metrics: readonly Metric[];
  /** Priced quantities that no record of AWS tells. */
  usage(record: RunRecord): UsageLine[];
  invariants: readonly Invariant[];
  reportSections: PackSections;
  /** Commands of the command line. */
  commands: readonly CommandDefinition[];
  /** Readers of what executions leave behind, and what else a run asks of its pack. */
  evidence: PackRun;
  /** Fields of `deploy`. */
  deploy: PackDeploy;
}
