/** The pipeline as tests drive it: put partitions, execute, look at the record. */
import type { ArtifactSet, BuildOptions } from '../artifacts/build-artifacts.ts';
import type { RunningBackend } from '../backends/backend.ts';
import { wallClock } from '../core/clock.ts';
import { alphanumeric } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { seededRandom } from '../core/random.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import { deploy } from '../deploy/deploy.ts';
import { nearestProject } from '../project/nearest-project.ts';
import type { DatasetRecord, RunRecord } from '../record/run-record.ts';
import { prepareDataset } from '../scenario/dataset.ts';
import { planGenerated } from '../scenario/dataset-plan.ts';
import { datasetSchema, type GenerateSpec } from '../scenario/dataset-schema.ts';
import { artifactRecords, deploymentSpec, scenarioProject } from '../scenario/deployment.ts';
import { startExecution, untilEnded } from '../scenario/execute.ts';
import { executionInput, watchedPrefix, withReplacements } from '../scenario/execution-input.ts';
import type { DeployOverrides } from '../scenario/schema.ts';
import { uploadPartitions } from '../scenario/upload.ts';
import { openWorkspace } from '../scenario/workspace.ts';

export interface PipelineOptions {
  /** As `deploy` of a scenario; paths are relative to the working directory. */
  deploy?: Partial<DeployOverrides>;
  /** Folder for caches (`.cosmicai`). */
  workspace?: string;
}

export interface DeployedPipeline {
  stateMachineArn: string;
  /** Deployed name by name in the project. */
  functionNames: Readonly<Record<string, string>>;
  /** Generates partitions as `dataset.generate` of a scenario, and uploads them; the same twice makes them once. */
  putPartitions(generate: Partial<GenerateSpec>, seed?: number): Promise<DatasetRecord>;
  /** Runs one execution to its end, whatever it is; fields of the input are replaced, `null` takes one out. */
  execute(input?: JsonObject, options?: { timeoutSeconds?: number }): Promise<RunRecord>;
}

export async function deployPipeline(
  aws: RunningBackend,
  clients: AwsClients,
  artifactsOf: (options: BuildOptions) => Promise<ArtifactSet>,
  { deploy: overrides = {}, workspace: root }: PipelineOptions,
): Promise<DeployedPipeline> {
  const clock = wallClock();
  const random = seededRandom(`${process.pid}/${process.hrtime.bigint()}`);
  const workspace = openWorkspace(root);
  const planOf = (generate: Partial<GenerateSpec>) => {
    const dataset = datasetSchema.parse({ generate });
    return planGenerated(dataset, dataset.generate!);
  };
  let plan = planOf({ samples: 1, count: 1 });
  const defaults = executionInput({}, plan);
  const folder = process.cwd();
  const project = scenarioProject(nearestProject(folder), overrides, defaults, folder);
  const { functionTarget: target } = aws;
  const artifacts = await artifactsOf({ project, cacheFolder: workspace.artifactCache, target });
  const spec = deploymentSpec(
    project,
    overrides,
    defaults,
    artifacts,
    aws.functionEnvironment ? { environment: aws.functionEnvironment } : {},
  );
  const { stateMachineArn, functionNames } = await deploy(clients, spec, clock);
  let dataset: DatasetRecord | undefined;
  const { signal } = new AbortController();

  return {
    stateMachineArn,
    functionNames,
    async putPartitions(generate, seed = 7) {
      plan = planOf(generate);
      const { data_bucket: bucket, data_prefix: prefix } = executionInput({}, plan) as Record<string, string>;
      const onProgress = () => {};
      const files = await prepareDataset(plan, {
        seed,
        cacheFolder: workspace.datasetCache,
        damagedFolder: workspace.datasetCache,
        signal,
        onProgress,
      });
      const keys = await uploadPartitions(clients.s3, files, {
        bucket: bucket!,
        prefix: prefix!,
        signal,
        onProgress,
      });
      const { partitionMB } = plan.spec.generate!;
      dataset = {
        bucket: bucket!,
        prefix: prefix!,
        format: plan.format,
        seed,
        ...(partitionMB === undefined ? {} : { partitionMB }),
        partitions: files.map(({ sizeBytes, samples }, index) => ({
          key: keys[index]!,
          sizeBytes,
          ...(samples === undefined ? {} : { samples }),
        })),
      };
      return dataset;
    },
    async execute(replacements = {}, { timeoutSeconds = 900 } = {}) {
      const input = withReplacements(executionInput({}, plan), replacements);
      const runId = `test-${alphanumeric(random, 12)}`;
      const how = { clients, stateMachineArn, timeoutSeconds, clock, signal, onProgress: () => {} };
      const startedAtMs = clock.nowMs();
      const arn = await startExecution(how, runId, input);
      await untilEnded(how, arn, 1);
      return aws.collectEvidence({
        identity: {
          runId,
          scenario: 'test',
          parameters: {},
          artifacts: artifactRecords(artifacts),
          ...(dataset ? { dataset } : {}),
        },
        executionArns: [arn],
        functionNames: Object.values(functionNames),
        watch: [watchedPrefix(input)],
        startedAtMs,
        endedAtMs: clock.nowMs(),
        childHistories: true,
      });
    },
  };
}
