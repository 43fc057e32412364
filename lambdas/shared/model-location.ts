import { join } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { int8NameOf } from './model-name.ts';
import { PipelineError } from './pipeline-error.ts';
import { listObjects } from './s3.ts';

export interface ModelLocation {
  bucket: string;
  key: string;
  etag: string;
  /** Path of a model that lies within the function's package, whatever bucket and key say. */
  file?: string;
  /** The same network with layers in int8, for processors that gain from it. */
  int8?: Omit<ModelLocation, 'int8'>;
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
  const location = (one: string, sha256: string) => ({
    bucket: '',
    key: `bundle:${one}`,
    etag: sha256,
    file: join(environment['LAMBDA_TASK_ROOT'] ?? '.', BUNDLE_FOLDER, one),
  });
  const int8Sha256 = environment['MODEL_INT8_SHA256'];
  return {
    ...location(name, environment['MODEL_SHA256'] ?? ''),
    ...(int8Sha256 ? { int8: location(int8NameOf(name), int8Sha256) } : {}),
  };
}

/**
 * The one `.onnx` file in the folder `name` of `bucket` (or the object `name` itself, type `file`). A release keeps its
 * model in a folder below, which `MODEL_VERSION` names: two releases may serve at once, each with its own.
 * Its int8 form may lie beside it. `PipelineError.ModelNotFound` when there is no model, or more than one.
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
  const keys = new Set(models.map(({ key }) => int8NameOf(key)));
  const [model, ...others] = models.filter(({ key }) => models.length === 1 || !keys.has(key));
  if (model && others.length === 0) {
    const int8 = models.find(({ key }) => key !== model.key);
    return {
      bucket,
      key: model.key,
      etag: model.etag,
      ...(int8 ? { int8: { bucket, key: int8.key, etag: int8.etag } } : {}),
    };
  }
  const found = models.length === 0 ? 'no .onnx file' : models.map(({ key }) => key).join(', ');
  throw new PipelineError(
    'ModelNotFound',
    `s3://${bucket}/${folder} must hold exactly one .onnx file, found ${found}`,
  );
}
