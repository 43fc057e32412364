/** The pipeline as tests drive it: put partitions, execute, look at the record. */
import type { ArtifactSet, BuildOptions } from '../artifacts/build-artifacts.ts';
import type { RunningBackend } from '../backends/backend.ts';
import { wallClock } from '../core/clock.ts';
import { alphanumeric } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { seededRandom } from '../core/random.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import { deploy } from '../deploy/deploy.ts';
import { located, partitionsAt } from '../packs/redshift/datasets/kind.ts';
import { planGenerated } from '../packs/redshift/datasets/plan.ts';
import { type GenerateSpec, parseGenerate } from '../packs/redshift/datasets/schema.ts';
import { nearestProject } from '../project/nearest-project.ts';
import type { DatasetRecord, RunRecord } from '../record/run-record.ts';
import { uploadFiles } from '../scenario/dataset/upload.ts';
import { artifactRecords, deploymentSpec, scenarioProject } from '../scenario/deployment.ts';
import { startExecution, untilEnded } from '../scenario/execute.ts';
import { executionInput, withReplacements } from '../scenario/execution-input.ts';
import { datasetRecord } from '../scenario/observe.ts';
import { packRuns } from '../scenario/pack-run.ts';
import type { DeployOverrides } from '../scenario/schema.ts';
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
  const folder = process.cwd();
  const project = nearestProject(folder);
  const reader = packRuns.of(project.pack)?.reader;
  const planOf = (generate: Partial<GenerateSpec>, seed: number) => {
    const spec = parseGenerate(generate);
    return located(planGenerated({ generate: spec, damage: [] }, spec), seed);
  };
  let plan = planOf({ samples: 1, count: 1 }, 7);
  const defaults = executionInput(project, plan.variables);
  const deployed = scenarioProject(project, overrides, defaults, folder);
  const { functionTarget: target } = aws;
  const artifacts = await artifactsOf({ project: deployed, cacheFolder: workspace.artifactCache, target });
  const spec = deploymentSpec(
    deployed,
    overrides,
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
      plan = planOf(generate, seed);
      const place = partitionsAt(executionInput(project, plan.variables));
      const onProgress = () => {};
      const files = await plan.prepare({
        cacheFolder: workspace.datasetCache,
        damagedFolder: workspace.datasetCache,
        signal,
        onProgress,
      });
      const keys = await uploadFiles(clients.s3, files, { ...place, signal, onProgress });
      dataset = datasetRecord(plan, seed, files, keys, place);
      return dataset;
    },
    async execute(replacements = {}, { timeoutSeconds = 900 } = {}) {
      const input = withReplacements(executionInput(project, plan.variables), replacements);
      const runId = `test-${alphanumeric(random, 12)}`;
      const how = { clients, timeoutSeconds, clock, signal, onProgress: () => {} };
      const startedAtMs = clock.nowMs();
      const arn = await startExecution({ clients, stateMachineArn }, runId, input);
      await untilEnded(how, arn, 1);
      return aws.collectEvidence({
        identity: {
          runId,
          scenario: 'test',
          ...(project.pack === undefined ? {} : { pack: project.pack }),
          functions: { ...functionNames },
          parameters: {},
          artifacts: artifactRecords(artifacts),
          ...(dataset ? { dataset } : {}),
        },
        executionArns: [arn],
        functionNames: Object.values(functionNames),
        ...(reader ? { watch: reader.watch(input), reader } : { watch: [] }),
        startedAtMs,
        endedAtMs: clock.nowMs(),
        childHistories: true,
      });
    },
  };
}
