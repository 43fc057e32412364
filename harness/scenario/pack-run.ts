import type { CostEstimate } from '../backends/aws/spend-guard.ts';
import type { JsonObject } from '../core/json.ts';
import { PackParts } from '../core/pack-parts.ts';
import type { DeploymentPlan } from '../deploy/resource.ts';
import type { EvidenceReader } from '../record/evidence-reader.ts';
import type { LocatedDataset } from './dataset/dataset-kind.ts';

export interface EstimateRequest {
  dataset: LocatedDataset | undefined;
  input: JsonObject;
  plan: Pick<DeploymentPlan, 'phases' | 'functionNames'>;
  /** How many executions the steps carry out. */
  executions: number;
}

/** What a pack knows of the runs of its projects. */
export interface PackRun {
  reader: EvidenceReader;
  /** The bucket that steps mean which name none. */
  objectBucket(input: JsonObject): string;
  /**
   * The input with the run's results below `prefix`, which ends without a slash, and its data as well if `data`: for
   * runs in an account that others work in.
   */
  below(input: JsonObject, prefix: string, what: { data: boolean }): JsonObject;
  /** What a run may cost on AWS, before it has run. */
  estimate(request: EstimateRequest): CostEstimate;
}

export const packRuns = new PackParts<PackRun>();
