/** What a run deploys: the project with the scenario's overlays, under the names that the place asks for. */
import type { ArtifactSet, BuildOptions } from '../artifacts/build-artifacts.ts';
import type { RunningBackend } from '../backends/backend.ts';
import { invariant } from '../core/invariant.ts';
import type { JsonObject } from '../core/json.ts';
import type { Project } from '../project/project.ts';
import { statesOf } from '../record/definition-states.ts';
import type { LocatedDataset } from './dataset/dataset-kind.ts';
import { deploymentSpec, scenarioProject } from './deployment.ts';
import { type BucketNames, executionInput, withRealBuckets } from './execution-input.ts';
import type { PlannedRun } from './load.ts';
import { MOCK_TEST_CASE, mockConfig } from './mocks-schema.ts';
import { packDeploys } from './schema.ts';
import type { Workspace } from './workspace.ts';

export interface BuildContext {
  workspace: Workspace;
  /** Builds what is deployed; the same options may be answered from memory. */
  artifacts(options: BuildOptions): Promise<ArtifactSet>;
}

interface Names {
  /** Real names, by the names of the project's buckets and by those that the input calls them. */
  all: BucketNames;
  /** Real names of the project's buckets alone. */
  ofProject: BucketNames;
}

/** Real names of buckets; `realOf` is given the name in the project and the one that the input asks for. */
export function bucketNames(
  project: Project,
  input: JsonObject,
  realOf: (name: string, wanted: string) => string,
): Names {
  const called = packDeploys.of(project.pack)?.buckets(input) ?? {};
  const entries = Object.keys(project.buckets).map((name) => {
    const wanted = called[name] ?? name;
    return { name, wanted, real: realOf(name, wanted) };
  });
  const ofProject = Object.fromEntries(entries.map(({ name, real }) => [name, real]));
  return {
    ofProject,
    all: { ...ofProject, ...Object.fromEntries(entries.map((one) => [one.wanted, one.real])) },
  };
}

/** What a run is asked and what it deploys, with the names and the environment that the place asks for. */
export async function planRun(
  plan: PlannedRun,
  dataset: LocatedDataset | undefined,
  running: Pick<RunningBackend, 'naming' | 'functionEnvironment' | 'functionTarget' | 'checkProject'>,
  { workspace, artifacts: build }: BuildContext,
) {
  const { scenario, folder } = plan;
  const { naming, functionEnvironment: environment, functionTarget: target } = running;
  const variables = { ...plan.cell, ...dataset?.variables };
  const asked = executionInput(plan.project, variables, scenario.execution.input);
  // Data that is read in place has its name already.
  const inPlace = dataset?.inPlace ? dataset.destination(asked).bucket : undefined;
  const names = bucketNames(plan.project, asked, (name, wanted) => {
    const isOurs = naming !== undefined && !plan.project.buckets[name]?.existing && wanted !== inPlace;
    return isOurs ? naming.bucket(wanted) : wanted;
  });
  const input = withRealBuckets(asked, names.all);
  const own = scenarioProject(plan.project, scenario.deploy, input, folder);
  const project = withExisting(own, names.ofProject, inPlace);
  await running.checkProject?.(project);
  const artifacts = await build({ project, cacheFolder: workspace.artifactCache, target });
  const spec = deploymentSpec(project, scenario.deploy, artifacts, {
    ...(naming ? { prefix: naming.prefix } : {}),
    ...(environment ? { environment } : {}),
    buckets: names.ofProject,
  });
  return { input, buckets: names.all, artifacts, spec };
}

/** Of data that is read in place the bucket is there, and never ours to make or to remove. */
function withExisting(project: Project, names: BucketNames, inPlace: string | undefined): Project {
  const buckets = Object.entries(project.buckets).map(([name, bucket]) => [
    name,
    inPlace !== undefined && names[name] === inPlace ? { ...bucket, existing: true } : bucket,
  ]);
  return inPlace === undefined ? project : { ...project, buckets: Object.fromEntries(buckets) };
}

/** What is started for each machine: with mocks its test case, which the backend has been told of. */
export function mockedMachines(
  running: RunningBackend,
  { project, scenario: { mocks } }: PlannedRun,
  arns: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!mocks) return { ...arns };
  invariant(running.useMocks, `${running.name} has mocks and no way to use them`);
  const nameIn = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);
  const mocked = Object.entries(arns).flatMap(([name, arn]) => {
    const states = statesOf(project.stateMachines[name]?.definition);
    return Object.keys(mocks).some((state) => states.has(state)) ? [{ name, arn, states }] : [];
  });
  running.useMocks(
    mockConfig(Object.fromEntries(mocked.map(({ arn, states }) => [nameIn(arn), states])), mocks),
  );
  const withCase = mocked.map(({ name, arn }) => [name, `${arn}#${MOCK_TEST_CASE}`]);
  return { ...arns, ...Object.fromEntries(withCase) };
}
