/** What a run will cost on AWS, before it has run: an estimate with its assumptions, for the spend guard. */
import type { CostEstimate } from '../../../backends/aws/spend-guard.ts';
import type { DeploymentPlan } from '../../../deploy/resource.ts';
import { DEFAULT_REGION, type PriceName, pricesOf, usdOf } from '../../../metrics/cost/price-table.ts';
import type { EstimateRequest } from '../../../scenario/pack-run.ts';

/** Published for the original on AWS, per batch of 512: slower than this repository's model, so on the safe side. */
const SECONDS_PER_BATCH = 2.46;
/** Cold start, model and download, per invocation. */
const OVERHEAD_S = 10;
/** Samples of the largest published partition; for a folder whose files nobody has read. */
const SAMPLES_WHEN_UNKNOWN = 5113;
/** Ranged reads of a partition and the model, result and predictions. */
const REQUESTS_PER_PARTITION = { reads: 20, writes: 4 };

/** Cost of the executions over the dataset. USD, us-east-1 prices. */
export function estimateCost({ dataset, input, plan, executions }: EstimateRequest): CostEstimate {
  const table = pricesOf();
  const usd = (name: PriceName) => usdOf(table, name);
  const files = Math.max(1, dataset?.files ?? 1);
  const samples = Number(dataset?.variables['samples'] ?? files * SAMPLES_WHEN_UNKNOWN);
  const batchSize = typeof input['batch_size'] === 'number' ? input['batch_size'] : 512;
  const batches = files * Math.ceil(samples / files / batchSize);
  const gigabytes = memoryByFunction(plan);
  const inferenceS = batches * SECONDS_PER_BATCH * (batchSize / 512) + files * OVERHEAD_S;
  const gbSeconds = inferenceS * gigabytes.inference + OVERHEAD_S * (gigabytes.init + gigabytes.summarize);
  const transitions = 4 + 2 * files;
  const once =
    gbSeconds * usd('lambdaGbSecondX64') +
    (files + 2) * usd('lambdaRequest') +
    transitions * usd('standardTransition') +
    files * REQUESTS_PER_PARTITION.reads * usd('s3Read') +
    files * REQUESTS_PER_PARTITION.writes * usd('s3Write');
  const upload = files * usd('s3Write');
  return {
    usd: executions * once + upload,
    assumptions: [
      `${executions} execution(s) over ${files} partitions, ${batches} batches of ${batchSize}`,
      `${SECONDS_PER_BATCH} s per batch of 512 as published for AWS, ${OVERHEAD_S} s per invocation beside it`,
      `${gigabytes.inference} GB of memory for inference; prices of ${DEFAULT_REGION}, no free tier`,
    ],
  };
}

function memoryByFunction({ phases, functionNames }: Pick<DeploymentPlan, 'phases' | 'functionNames'>) {
  const memoryGB = (name: string) => {
    const found = phases.flat().find((one) => one.kind === 'lambda-function' && one.name === name);
    return found?.kind === 'lambda-function' ? Math.round((found.memoryMB / 1024) * 100) / 100 : 0;
  };
  return {
    init: memoryGB(functionNames['init'] ?? ''),
    inference: memoryGB(functionNames['inference'] ?? ''),
    summarize: memoryGB(functionNames['summarize'] ?? ''),
  };
}
