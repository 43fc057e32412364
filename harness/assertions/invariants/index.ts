/** Registry of what always holds, whatever a scenario asks for. */

import { cpuWithinVcpus } from '../../packs/redshift/invariants/cpu-within-vcpus.ts';
import { resultsFollowSchema } from '../../packs/redshift/invariants/results-follow-schema.ts';
import { samplesSumToDataset } from '../../packs/redshift/invariants/samples-sum-to-dataset.ts';
import { throughputIsSamplesTimesBits } from '../../packs/redshift/invariants/throughput-is-samples-times-bits.ts';
import type { Invariant } from '../assertion.ts';
import { billedCoversDuration } from './billed-covers-duration.ts';
import { costIsGbSecondsTimesPrice } from './cost-is-gb-seconds-times-price.ts';
import { mapRunFollowsCounts } from './map-run-follows-counts.ts';

export const invariants: readonly Invariant[] = [
  resultsFollowSchema,
  samplesSumToDataset,
  throughputIsSamplesTimesBits,
  billedCoversDuration,
  mapRunFollowsCounts,
  cpuWithinVcpus,
  costIsGbSecondsTimesPrice,
];
