/**
 * A model from S3 as a file under /tmp, in ranges fetched side by side: one connection to S3 gives some 90 MB/s, and the
 * first invocation waits for all of it. onnxruntime reads the file in pieces: a model of 47 MiB takes 150 MB at its
 * peak this way and 195 MB from a buffer, which JavaScript then holds beside onnxruntime's own copy.
 */
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ModelLocation } from '../shared/model-location.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { mapWithLimit } from '../shared/s3.ts';
import { fetchRange, openObject, TransferStatistics } from './s3-ranges.ts';

const PART_BYTES = 8 * 1024 * 1024;
const AT_ONCE = 4;

/** Path of the file, which the caller removes. `PreconditionFailed` when the object is not the one of `etag` any more. */
export async function downloadModel(s3: S3Client, { bucket, key, etag }: ModelLocation): Promise<string> {
  const name = `s3://${bucket}/${key}`;
  const statistics = new TransferStatistics();
  const explain = (error: Error) =>
    error.name === 'InvalidRange' ? new PipelineError('ModelContract', `${name} has no bytes`) : error;
  const source = { s3, bucket, key, name, statistics, explain };
  const first = await openObject(source, PART_BYTES, etag || undefined);
  const path = join(tmpdir(), `model-${process.pid}-${key.replace(/[^\w.-]/g, '_').slice(-60)}`);
  const file = await open(path, 'w');
  try {
    const starts = Array.from(
      { length: Math.ceil(first.objectBytes / PART_BYTES) },
      (_, part) => part * PART_BYTES,
    );
    await mapWithLimit(starts, AT_ONCE, async (start) => {
      const lengthBytes = Math.min(PART_BYTES, first.objectBytes - start);
      const bytes =
        start === 0 ? await first.bytes : await fetchRange(source, start, lengthBytes, first.etag);
      await file.write(bytes, 0, lengthBytes, start);
    });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return path;
}
