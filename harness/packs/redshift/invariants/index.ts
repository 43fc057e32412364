/** What always holds of the results of this domain. */
import type { Invariant } from '../../../assertions/assertion.ts';
import { cpuWithinVcpus } from './cpu-within-vcpus.ts';
import { resultsFollowSchema } from './results-follow-schema.ts';
import { samplesSumToDataset } from './samples-sum-to-dataset.ts';
import { throughputIsSamplesTimesBits } from './throughput-is-samples-times-bits.ts';

export const redshiftInvariants: readonly Invariant[] = [
  resultsFollowSchema,
  samplesSumToDataset,
  throughputIsSamplesTimesBits,
  cpuWithinVcpus,
];
