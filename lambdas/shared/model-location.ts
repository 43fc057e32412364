import { join } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from './pipeline-error.ts';
import { listObjects } from './s3.ts';

export interface ModelLocation {
  bucket: string;
  key: string;
  etag: string;
  /** Path of a model that lies within the function's package, whatever bucket and key say. */
  file?: string;
}

/** Folder of a bundled model within the package. */
const BUNDLE_FOLDER = 'model';

/**
 * The model within the package, when the deployment put it there: `MODEL_BUNDLED` names the file, `MODEL_SHA256` its
 * digest. Init then looks for none in S3, and results carry `bundle:<file>` for their model.
 */
export function bundledModel(environment: NodeJS.ProcessEnv): ModelLocation | undefined {
  const name = environment['MODEL_BUNDLED'];
  if (!name) return undefined;
  return {
    bucket: '',
    key: `bundle:${name}`,
    etag: environment['MODEL_SHA256'] ?? '',
    file: join(environment['LAMBDA_TASK_ROOT'] ?? '.', BUNDLE_FOLDER, name),
  };
}

/**
 * The one `.onnx` file in the folder `name` of `bucket` (or the object `name` itself, type `file`). A release keeps its
 * model in a folder below, which `MODEL_VERSION` names: two releases may serve at once, each with its own.
 * `PipelineError.ModelNotFound` when there is none, or more than one.
 */
export async function locateModel(
  s3: S3Client,
  bucket: string,
  name: string,
  type: 'folder' | 'file',
): Promise<ModelLocation> {
  if (type === 'file') {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: name })).catch((error: Error) => {
      if (error.name !== 'NotFound' && error.name !== 'NoSuchKey') throw error;
      throw new PipelineError('ModelNotFound', `there is no model at s3://${bucket}/${name}`);
    });
    return { bucket, key: name, etag: head.ETag ?? '' };
  }
  const version = process.env['MODEL_VERSION'];
  const folder = version ? `${name}/${version}/` : `${name}/`;
  const models = (await listObjects(s3, bucket, folder)).filter(({ key }) => key.endsWith('.onnx'));
  if (models.length === 1) return { bucket, key: models[0]!.key, etag: models[0]!.etag };
  const found = models.length === 0 ? 'no .onnx file' : models.map(({ key }) => key).join(', ');
  throw new PipelineError(
    'ModelNotFound',
    `s3://${bucket}/${folder} must hold exactly one .onnx file, found ${found}`,
  );
}
