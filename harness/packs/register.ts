/** Fills the registries of metrics, expectations, datasets and reports with what packs add. */
import { packCompleteness } from '../assertions/complete.ts';
import { packExpectations } from '../assertions/index.ts';
import { packInvariants } from '../assertions/invariants/index.ts';
import { packUsage } from '../metrics/cost/usage.ts';
import { packMetrics } from '../metrics/index.ts';
import { registerPackName } from '../project/known-packs.ts';
import { packSections } from '../reports/pack-sections.ts';
import { packChecks } from '../scenario/check.ts';
import { packDatasets } from '../scenario/dataset/dataset-kind.ts';
import { packRuns } from '../scenario/pack-run.ts';
import { packDeploys } from '../scenario/schema.ts';
import type { Pack } from './pack.ts';
import { redshift } from './redshift/index.ts';

/** Packs that come with the harness. */
const builtInPacks: readonly Pack[] = [redshift];

/** Makes packs known to projects; the same pack again changes nothing. */
export function registerPacks(packs: readonly Pack[] = builtInPacks): void {
  for (const pack of packs) {
    const { name } = pack;
    registerPackName(name);
    packDatasets.register(name, pack.datasets);
    packExpectations.register(name, pack.expectations.fields);
    packCompleteness.register(name, pack.expectations.complete);
    packChecks.register(name, pack.expectations.check);
    packMetrics.register(name, pack.metrics);
    packUsage.register(name, pack.usage);
    packInvariants.register(name, pack.invariants);
    packSections.register(name, pack.reportSections);
    packRuns.register(name, pack.evidence);
    packDeploys.register(name, pack.deploy);
  }
}
