/** Artifacts as the subjects of a statement, and the names they are known by. */
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../../artifacts/code-artifact.ts';
import { canonicalJson, sha256Base64 } from '../../artifacts/digest.ts';
import { MANIFEST, manifestOf, objectName } from '../../artifacts/manifest.ts';
import type { Json } from '../../core/json.ts';
import type { Statement } from './statement.ts';

type Subject = Statement['subject'][number];

/**
 * Zips by Lambda's CodeSha256, definitions by their canonical text with placeholders, the files of buckets, and the
 * manifest, which holds what else a release takes from the artifacts: target, packages, and the actions that roles get.
 */
export function subjectsOf(artifacts: ArtifactSet): Subject[] {
  const { functions, layers, stateMachines, objects } = artifacts;
  const zip = (file: string, { sha256, sizeBytes, unzippedBytes }: CodeArtifact): Subject => ({
    name: file,
    digest: { sha256: hexadecimal(sha256) },
    annotations: { codeSha256: sha256, sizeBytes, unzippedBytes },
  });
  return [
    ...Object.values(functions).map((one) => zip(`${one.name}.zip`, one)),
    ...Object.values(layers).map((one) => zip(`layers/${one.name}.zip`, one)),
    ...Object.values(stateMachines).map(
      ({ name, sha256 }): Subject => ({
        name: `${name}.asl.json`,
        digest: { sha256: hexadecimal(sha256) },
        annotations: { form: 'canonical JSON with placeholders' },
      }),
    ),
    ...objects.map(
      (one): Subject => ({
        name: objectName(one),
        digest: { sha256: hexadecimal(one.sha256) },
        annotations: { sizeBytes: one.sizeBytes },
      }),
    ),
    {
      name: MANIFEST,
      digest: {
        sha256: artifacts.declared === undefined ? manifestSha256(artifacts) : jsonSha256(artifacts.declared),
      },
      annotations: { form: 'canonical JSON' },
    },
  ];
}

/** SHA-256 of a document's canonical text, hexadecimal. */
export const jsonSha256 = (document: Json): string => hexadecimal(sha256Base64(canonicalJson(document)));

/** Of the manifest that the artifacts' own bytes give. */
export const manifestSha256 = (artifacts: ArtifactSet): string =>
  jsonSha256(manifestOf(artifacts) as unknown as Json);

export const hexadecimal = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
