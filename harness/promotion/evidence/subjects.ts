/** Artifacts as the subjects of a statement, and the names they are known by. */
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { LAMBDA_NAMES } from '../../artifacts/bundle.ts';
import type { Statement } from './statement.ts';

type Subject = Statement['subject'][number];

/** Zips by Lambda's CodeSha256, the definition by its canonical text with placeholders, the network's file. */
export function subjectsOf({ lambdas, stateMachine, model }: ArtifactSet): Subject[] {
  return [
    ...LAMBDA_NAMES.map((name): Subject => {
      const { sha256, sizeBytes, unzippedBytes } = lambdas[name];
      return {
        name: `${name}.zip`,
        digest: { sha256: hexadecimal(sha256) },
        annotations: { codeSha256: sha256, sizeBytes, unzippedBytes },
      };
    }),
    {
      name: 'pipeline.asl.json',
      digest: { sha256: hexadecimal(stateMachine.sha256) },
      annotations: { form: 'canonical JSON with placeholders' },
    },
    {
      name: 'model.onnx',
      digest: { sha256: hexadecimal(model.sha256) },
      annotations: { sizeBytes: model.sizeBytes },
    },
  ];
}

export const hexadecimal = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
