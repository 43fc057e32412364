/** Registry of what always holds, whatever a scenario asks for. */
import type { Invariant } from '../assertion.ts';
import { billedCoversDuration } from './billed-covers-duration.ts';
import { costIsGbSecondsTimesPrice } from './cost-is-gb-seconds-times-price.ts';
import { cpuWithinVcpus } from './cpu-within-vcpus.ts';
import { mapRunFollowsCounts } from './map-run-follows-counts.ts';
import { resultsFollowSchema } from './results-follow-schema.ts';
import { samplesSumToDataset } from './samples-sum-to-dataset.ts';
import { throughputIsSamplesTimesBits } from './throughput-is-samples-times-bits.ts';

export const invariants: readonly Invariant[] = [
  resultsFollowSchema,
  samplesSumToDataset,
  throughputIsSamplesTimesBits,
  billedCoversDuration,
  mapRunFollowsCounts,
  cpuWithinVcpus,
  costIsGbSecondsTimesPrice,
];
