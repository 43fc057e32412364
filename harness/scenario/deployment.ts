import { resolve } from 'node:path';
import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import { LAMBDA_NAMES, type LambdaName } from '../artifacts/bundle.ts';
import type { JsonObject } from '../core/json.ts';
import type { DeploymentSpec, FunctionSettings } from '../deploy/deployment-spec.ts';
import type { ArtifactRecord } from '../record/run-record.ts';
import { textField } from './execution-input.ts';
import type { DeployOverrides } from './schema.ts';

/** Begins the names of everything a scenario deploys. */
const PREFIX = 'cosmicai';

/** The deployment a scenario asks for: buckets and model folder as its input names them. */
export function deploymentSpec(
  overrides: DeployOverrides,
  input: JsonObject,
  artifacts: ArtifactSet,
  /** What the place asks for: names that begin otherwise, and more in every function's environment. */
  place: { prefix?: string; environment?: Readonly<Record<string, string>>; dataInPlace?: boolean } = {},
): DeploymentSpec {
  return {
    prefix: place.prefix ?? PREFIX,
    artifacts,
    workBuckets: [textField(input, 'bucket', 'team4-cosmical')],
    ...dataBuckets(textField(input, 'data_bucket', 'cosmicai-data'), place.dataInPlace),
    modelFolder: textField(input, 'S3_object_name', 'Anomaly Detection'),
    functions: Object.fromEntries(
      LAMBDA_NAMES.map((name) => [name, settingsOf(overrides, name, place.environment ?? {})]),
    ),
    ...(overrides.toleratedFailures === undefined ? {} : { toleratedFailures: overrides.toleratedFailures }),
    ...(overrides.deny === undefined ? {} : { deny: denied(overrides.deny) }),
    ...(overrides.maxConcurrency === undefined ? {} : { maxConcurrency: overrides.maxConcurrency }),
  };
}

/** Of data that is read in place the bucket is there, and never ours to make or to remove. */
function dataBuckets(name: string, inPlace = false): Pick<DeploymentSpec, 'dataBuckets' | 'readBuckets'> {
  return inPlace ? { dataBuckets: [], readBuckets: [name] } : { dataBuckets: [name] };
}

function denied({ functions, stateMachine }: NonNullable<DeployOverrides['deny']>) {
  return { ...(functions ? { functions } : {}), ...(stateMachine ? { stateMachine } : {}) };
}

/** What stands at the top of `deploy` is meant for inference; `functions` goes before it. */
function settingsOf(
  overrides: DeployOverrides,
  name: LambdaName,
  place: Readonly<Record<string, string>>,
): FunctionSettings {
  const own = overrides.functions?.[name] ?? {};
  const general = name === 'inference' ? overrides : {};
  const memoryMB = own.memoryMB ?? general.memoryMB;
  const timeoutSeconds = own.timeoutSeconds ?? general.timeoutSeconds;
  const environment = { ...place, ...general.env, ...own.env };
  return {
    ...(memoryMB === undefined ? {} : { memoryMB }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
  };
}

/** Handler files that replace the real ones, as absolute paths. */
export function handlerOverrides(
  overrides: DeployOverrides,
  folder: string,
): Partial<Record<LambdaName, string>> {
  const entries = Object.entries(overrides.functions ?? {}).flatMap(([name, own]) =>
    own?.source === undefined ? [] : [[name, resolve(folder, own.source)]],
  );
  return Object.fromEntries(entries);
}

/** What was deployed, by digest. */
export function artifactRecords(artifacts: ArtifactSet): ArtifactRecord[] {
  const { lambdas, stateMachine, model } = artifacts;
  return [
    ...LAMBDA_NAMES.map(
      (name): ArtifactRecord => ({
        name,
        kind: 'lambda-zip',
        sha256: lambdas[name].sha256,
        sizeBytes: lambdas[name].sizeBytes,
        unzippedBytes: lambdas[name].unzippedBytes,
      }),
    ),
    {
      name: 'pipeline',
      kind: 'state-machine',
      sha256: stateMachine.sha256,
      sizeBytes: stateMachine.sizeBytes,
    },
    { name: 'model', kind: 'model', sha256: model.sha256, sizeBytes: model.sizeBytes },
  ];
}
