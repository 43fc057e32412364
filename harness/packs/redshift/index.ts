/** Photometric redshifts of galaxies: the domain of the Cosmic AI pipeline. */
import { packCommandLines } from '../command-line.ts';
import type { Pack } from '../pack.ts';
import { estimateCost } from './datasets/estimate-cost.ts';
import { partitionsDataset } from './datasets/kind.ts';
import { redshiftDeploy } from './deploy.ts';
import { fitsRows } from './evidence/fits-rows.ts';
import { textField } from './evidence/input-fields.ts';
import { redshiftEvidence } from './evidence/reader.ts';
import { checkRedshift } from './expectations/check.ts';
import { redshiftCompleteness } from './expectations/completeness.ts';
import { redshiftExpectations } from './expectations/index.ts';
import { redshiftInvariants } from './invariants/index.ts';
import { redshiftMetrics } from './metrics/index.ts';
import { functionRequests } from './metrics/s3-usage.ts';
import { redshiftSections } from './reports/sections.ts';

export const redshift: Pack = {
  name: 'redshift',
  datasets: [partitionsDataset],
  expectations: {
    fields: redshiftExpectations,
    complete: redshiftCompleteness,
    check: checkRedshift,
  },
  metrics: redshiftMetrics,
  usage: functionRequests,
  invariants: redshiftInvariants,
  reportSections: redshiftSections,
  commands: packCommandLines['redshift']!.commands,
  evidence: {
    reader: redshiftEvidence,
    // Loaded with the first run: validating and listing need none of it.
    reference: async (context) => (await import('./verification/reference.ts')).redshiftReference(context),
    tables: fitsRows,
    objectBucket: (input) => textField(input, 'bucket', 'team4-cosmical'),
    below: (input, prefix, { data }) => ({
      ...input,
      ...(data ? { data_prefix: `${prefix}/data` } : {}),
      result_path: `${prefix}/results`,
    }),
    estimate: estimateCost,
  },
  deploy: redshiftDeploy,
};
