import { readFileSync } from 'node:fs';
import { sha256Base64 } from '../../../artifacts/digest.ts';
import { invariant } from '../../../core/invariant.ts';
import { hexadecimal } from '../../evidence/subjects.ts';
import { artifactKey, putOnce } from '../../release/store.ts';
import type { Step } from '../context.ts';

/** The attested zips under their digests, and the network where the functions look for it. */
export const artifacts: Step = {
  name: 'artifacts',
  async run({ artifacts: { lambdas, model }, blueprint, clients }) {
    for (const { sha256, zipFile } of Object.values(lambdas)) {
      const bytes = readChecked(zipFile, sha256);
      await putOnce(clients.s3, blueprint.releasesBucket, artifactKey(hexadecimal(sha256)), bytes);
    }
    const network = model.files.find(({ sha256 }) => sha256 === model.sha256);
    invariant(network, 'the model has the digest of one of its files');
    const bytes = readChecked(network.file, model.sha256);
    for (const bucket of blueprint.model.buckets)
      await putOnce(clients.s3, bucket, blueprint.model.key, bytes);
  },
};

/** The file may have changed since it was verified. */
function readChecked(file: string, sha256: string): Uint8Array {
  const bytes = readFileSync(file);
  if (sha256Base64(bytes) === sha256) return bytes;
  throw new Error(`${file} has changed since its evidence was verified`);
}
