import { readFileSync } from 'node:fs';
import { sha256Base64 } from '../../../artifacts/digest.ts';
import { invariant } from '../../../core/invariant.ts';
import { hexadecimal } from '../../evidence/subjects.ts';
import { artifactKey, putOnce } from '../../release/store.ts';
import type { Step } from '../context.ts';

/** The attested zips under their digests, and the project's objects where the functions look for them. */
export const artifacts: Step = {
  name: 'artifacts',
  async run({ artifacts: { functions, layers, objects }, blueprint, clients }) {
    for (const { sha256, zipFile } of [...Object.values(functions), ...Object.values(layers)]) {
      const bytes = readChecked(zipFile, sha256);
      await putOnce(clients.s3, blueprint.releasesBucket, artifactKey(hexadecimal(sha256)), bytes);
    }
    for (const { bucket, key, sha256 } of blueprint.objects) {
      const object = objects.find((one) => one.sha256 === sha256);
      invariant(object, 'an object of the blueprint is one of the artifacts');
      await putOnce(clients.s3, bucket, key, readChecked(object.file, sha256));
    }
  },
};

/** The file may have changed since it was verified. */
function readChecked(file: string, sha256: string): Uint8Array {
  const bytes = readFileSync(file);
  if (sha256Base64(bytes) === sha256) return bytes;
  throw new Error(`${file} has changed since its evidence was verified`);
}
