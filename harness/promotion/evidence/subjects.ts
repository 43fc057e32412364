/** Artifacts as the subjects of a statement, and the names they are known by. */
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../../artifacts/code-artifact.ts';
import { objectName } from '../../artifacts/manifest.ts';
import type { Statement } from './statement.ts';

type Subject = Statement['subject'][number];

/** Zips by Lambda's CodeSha256, definitions by their canonical text with placeholders, and the files of buckets. */
export function subjectsOf({ functions, layers, stateMachines, objects }: ArtifactSet): Subject[] {
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
  ];
}

export const hexadecimal = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
