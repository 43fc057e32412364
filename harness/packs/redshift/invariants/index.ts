/** What always holds of the results of this domain. */
import type { Invariant } from '../../../assertions/assertion.ts';
import { answersFollowJobs } from './answers-follow-jobs.ts';
import { cpuWithinVcpus } from './cpu-within-vcpus.ts';
import { planFollowsInput } from './plan-follows-input.ts';
import { predictionsEqualRecomputed } from './predictions-equal-recomputed.ts';
import { predictionsMatchSamples } from './predictions-match-samples.ts';
import { resultsFollowSchema } from './results-follow-schema.ts';
import { samplesSumToDataset } from './samples-sum-to-dataset.ts';
import { throughputIsSamplesTimesBits } from './throughput-is-samples-times-bits.ts';

export const redshiftInvariants: readonly Invariant[] = [
  resultsFollowSchema,
  samplesSumToDataset,
  predictionsMatchSamples,
  predictionsEqualRecomputed,
  throughputIsSamplesTimesBits,
  cpuWithinVcpus,
  planFollowsInput,
  answersFollowJobs,
];
