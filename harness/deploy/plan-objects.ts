/** Files that a deployment puts into buckets, and how functions of a release find theirs. */
import { createHash } from 'node:crypto';
import type { ObjectArtifact } from '../artifacts/build-artifacts.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { DeploymentSpec } from './deployment-spec.ts';
import type { DeployedNames } from './names.ts';
import type { ObjectResource } from './resource.ts';

type ObjectSpec = Pick<DeploymentSpec, 'project' | 'artifacts' | 'versionedObjects'>;

export function plannedObjects(spec: ObjectSpec, names: Pick<DeployedNames, 'buckets'>): ObjectResource[] {
  return spec.artifacts.objects.map((object) => ({
    kind: 'object',
    bucket: names.buckets[object.bucket] ?? object.bucket,
    key: keyOf(spec, object),
    file: { file: object.file, sha256: object.sha256, sizeBytes: object.sizeBytes },
  }));
}

function keyOf(spec: ObjectSpec, { bucket, prefix, name }: ObjectArtifact): string {
  const variable = spec.project.buckets[bucket]?.objects[prefix]?.versionVariable;
  const isVersioned = spec.versionedObjects === true && variable !== undefined;
  return isVersioned ? `${prefix}${versionOf(spec, bucket, prefix)}/${name}` : `${prefix}${name}`;
}

/** Variables of a release that name the folder of each versioned prefix, and digests of files. @throws HarnessError `digest-of-nothing` */
export function objectVersions(spec: ObjectSpec): Record<string, string> {
  if (!spec.versionedObjects) return {};
  return Object.fromEntries(
    Object.values(spec.project.buckets).flatMap(({ name, objects }) =>
      Object.entries(objects).flatMap(([prefix, { versionVariable, digestVariables = {} }]) => [
        ...(versionVariable === undefined ? [] : [[versionVariable, versionOf(spec, name, prefix)]]),
        ...Object.entries(digestVariables).flatMap(([variable, file]) => {
          const sha256 = digestOf(spec, { bucket: name, prefix, file });
          return sha256 === undefined ? [] : [[variable, sha256]];
        }),
      ]),
    ),
  );
}

/** Base64 SHA-256 of the one file whose name matches; undefined without one. */
function digestOf(
  { artifacts }: ObjectSpec,
  { bucket, prefix, file }: { bucket: string; prefix: string; file: string },
): string | undefined {
  const pattern = new RegExp(
    `^${file
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*')}$`,
  );
  const found = artifacts.objects.filter(
    (one) => one.bucket === bucket && one.prefix === prefix && pattern.test(one.name || one.prefix),
  );
  if (found.length <= 1) return found[0]?.sha256;
  throw new HarnessError(
    'digest-of-nothing',
    `${found.length} files of ${prefix} in the bucket ${bucket} match ${file}: a digest variable names one`,
    { exitCode: ExitCode.inputWrong, remedy: 'correct digestVariables in cosmicai.yaml' },
  );
}

/** `sha256-` and the digest of the names and contents below a prefix. */
function versionOf({ artifacts }: ObjectSpec, bucket: string, prefix: string): string {
  const hash = createHash('sha256');
  for (const one of artifacts.objects)
    if (one.bucket === bucket && one.prefix === prefix) hash.update(`${one.name}\0${one.sha256}\n`);
  return `sha256-${hash.digest('hex').slice(0, 32)}`;
}
