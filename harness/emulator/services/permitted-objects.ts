import { AwsError } from '../../core/errors.ts';
import type { CallingPrincipal, ObjectsPort, PermissionsPort } from './ports.ts';

/** As S3 says it. */
const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);

/** S3 as a role may use it: every call asks the role's policies first, and a missing object may not be told of. */
export function permittedObjects(
  objects: ObjectsPort,
  permissions: Pick<PermissionsPort, 'refusal'>,
  caller: CallingPrincipal,
): ObjectsPort {
  const ask = (action: string, bucket: string, key?: string) => {
    const resource = `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
    const call = { action: `s3:${action}`, resource };
    const refusal = permissions.refusal(caller, call, false, objects.guardOf?.(call));
    if (refusal !== undefined) throw accessDenied(refusal);
  };
  const reading = async <Answer>(
    bucket: string,
    key: string,
    read: () => Promise<Answer>,
    versioned = false,
  ): Promise<Answer> => {
    ask(versioned ? 'GetObjectVersion' : 'GetObject', bucket, key);
    try {
      return await read();
    } catch (error) {
      if ((error as { code?: unknown }).code === 'NoSuchKey') ask('ListBucket', bucket);
      throw error;
    }
  };
  return {
    headObject: (bucket, key) => reading(bucket, key, () => objects.headObject(bucket, key)),
    getObject: (bucket, key, options) =>
      reading(bucket, key, () => objects.getObject(bucket, key, options), options?.versionId !== undefined),
    async putObject(bucket, key, body, options) {
      ask('PutObject', bucket, key);
      return objects.putObject(bucket, key, body, options);
    },
    async listObjects(bucket, options) {
      ask('ListBucket', bucket);
      return objects.listObjects(bucket, options);
    },
  };
}
