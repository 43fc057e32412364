import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import { objectName } from '../artifacts/manifest.ts';
import type { JsonObject } from '../core/json.ts';
import type { DeploymentSpec } from '../deploy/deployment-spec.ts';
import { placeModel } from '../packs/redshift/place-model.ts';
import { overlayProject } from '../project/overlay-project.ts';
import type { Project } from '../project/project.ts';
import type { ArtifactRecord } from '../record/run-record.ts';
import { textField } from './execution-input.ts';
import type { DeployOverrides } from './schema.ts';

/** The project with what a scenario's `deploy` changes about it; `folder` is what its paths are relative to. */
export function scenarioProject(
  project: Project,
  overrides: DeployOverrides,
  input: JsonObject,
  folder: string,
): Project {
  const functions = Object.entries(overrides.functions ?? {}).map(([name, own]) => [
    name,
    {
      code: own?.source,
      memoryMB: own?.memoryMB,
      timeoutSeconds: own?.timeoutSeconds,
      environment: own?.env,
    },
  ]);
  const { memoryMB, timeoutSeconds, env, maxConcurrency } = overrides;
  // What stands at the top of `deploy` is meant for inference; `functions` goes before it.
  const general = overlayProject(
    project,
    {
      functions: {
        ...(maxConcurrency === undefined
          ? {}
          : { init: { environment: { MAX_CONCURRENCY: String(maxConcurrency) } } }),
        ...('inference' in project.functions
          ? { inference: { memoryMB, timeoutSeconds, environment: env } }
          : {}),
      },
    },
    folder,
  );
  const { model, modelIn } = overrides;
  const modelFolder = textField(input, 'S3_object_name', 'Anomaly Detection');
  const placed = overlayProject(
    general,
    placeModel(general, { model, modelIn, modelFolder }, folder),
    folder,
  );
  return overlayProject(placed, { functions: Object.fromEntries(functions) }, folder);
}

/** The deployment a scenario asks for: buckets as its input names them. */
export function deploymentSpec(
  project: Project,
  overrides: DeployOverrides,
  input: JsonObject,
  artifacts: ArtifactSet,
  /** What the place asks for: names that begin otherwise, and more in every function's environment. */
  place: { prefix?: string; environment?: Readonly<Record<string, string>>; dataInPlace?: boolean } = {},
): DeploymentSpec {
  const { toleratedFailures, deny } = overrides;
  const dataBucket = textField(input, 'data_bucket', 'cosmicai-data');
  return {
    project: place.dataInPlace ? withExisting(project, 'cosmicai-data') : project,
    artifacts,
    prefix: place.prefix ?? project.name,
    buckets: { 'team4-cosmical': textField(input, 'bucket', 'team4-cosmical'), 'cosmicai-data': dataBucket },
    ...(place.environment === undefined ? {} : { environment: place.environment }),
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

/** Of data that is read in place the bucket is there, and never ours to make or to remove. */
function withExisting(project: Project, bucket: string): Project {
  const present = project.buckets[bucket];
  if (!present) return project;
  return { ...project, buckets: { ...project.buckets, [bucket]: { ...present, existing: true } } };
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
