/** The project as a scenario deploys it, and what was deployed, by digest. */
import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import { objectName } from '../artifacts/manifest.ts';
import type { JsonObject } from '../core/json.ts';
import type { DeploymentSpec } from '../deploy/deployment-spec.ts';
import { overlayProject } from '../project/overlay-project.ts';
import type { Project } from '../project/project.ts';
import type { ArtifactRecord } from '../record/run-record.ts';
import { type DeployOverrides, packDeploys } from './schema.ts';

/** The project with what a scenario's `deploy` changes about it; `folder` is what its paths are relative to. */
export function scenarioProject(
  project: Project,
  overrides: DeployOverrides,
  input: JsonObject,
  folder: string,
): Project {
  const general = packDeploys.of(project.pack)?.apply(project, overrides, input, folder) ?? project;
  const functions = Object.entries(overrides.functions ?? {}).map(([name, own]) => {
    const { code, source, memoryMB, timeoutSeconds, environment } = own;
    return [name, { code: code ?? source, memoryMB, timeoutSeconds, environment }];
  });
  return overlayProject(general, { functions: Object.fromEntries(functions) }, folder);
}

/** What the place of a run asks of a deployment. */
export interface DeploymentPlace {
  /** Names begin with this instead of the project's name. */
  prefix?: string;
  /** Added to the environment of every function. */
  environment?: Readonly<Record<string, string>>;
  /** Real names of the project's buckets. */
  buckets?: Readonly<Record<string, string>>;
}

export function deploymentSpec(
  project: Project,
  { toleratedFailures, deny }: DeployOverrides,
  artifacts: ArtifactSet,
  { prefix = project.name, environment, buckets }: DeploymentPlace = {},
): DeploymentSpec {
  return {
    project,
    artifacts,
    prefix,
    ...(buckets ? { buckets } : {}),
    ...(environment === undefined ? {} : { environment }),
    ...(toleratedFailures === undefined ? {} : { toleratedFailures }),
    ...(deny === undefined
      ? {}
      : {
          deny: {
            ...(deny.functions ? { functions: deny.functions } : {}),
            ...(deny.stateMachine ? { stateMachine: deny.stateMachine } : {}),
          },
        }),
  };
}

/** What was deployed, by digest. */
export function artifactRecords(artifacts: ArtifactSet): ArtifactRecord[] {
  const code = (kind: 'lambda-zip' | 'layer', all: ArtifactSet['functions']) =>
    Object.values(all).map(
      ({ name, sha256, sizeBytes, unzippedBytes }): ArtifactRecord => ({
        name,
        kind,
        sha256,
        sizeBytes,
        unzippedBytes,
      }),
    );
  return [
    ...code('lambda-zip', artifacts.functions),
    ...code('layer', artifacts.layers),
    ...Object.values(artifacts.stateMachines).map(
      ({ name, sha256, sizeBytes }): ArtifactRecord => ({ name, kind: 'state-machine', sha256, sizeBytes }),
    ),
    ...artifacts.objects.map(
      (one): ArtifactRecord => ({
        name: objectName(one),
        kind: 'object',
        sha256: one.sha256,
        sizeBytes: one.sizeBytes,
      }),
    ),
  ];
}
