/** The ports between services under chaos: faults are injected into calls inside the process as into requests. */
import type { FunctionsPort, ObjectsPort } from '../services/ports.ts';
import { bareFunctionName, type Chaos } from './chaos.ts';
import type { ChaosCall } from './plan.ts';

/** Lambda as its neighbours call it. */
export function functionsUnderChaos(functions: FunctionsPort, chaos: Chaos): FunctionsPort {
  return {
    async invoke(request) {
      const name = bareFunctionName(request.functionName);
      await chaos.strikeRequest({ service: 'lambda', operation: 'Invoke', function: name });
      return functions.invoke(request);
    },
  };
}

/** S3 as its neighbours use it. */
export function objectsUnderChaos(objects: ObjectsPort, chaos: Chaos): ObjectsPort {
  const call = (operation: string, bucket: string, key?: string): ChaosCall => ({
    service: 's3',
    operation,
    bucket,
    ...(key === undefined ? {} : { key }),
  });
  return {
    ...(objects.guardOf ? { guardOf: objects.guardOf } : {}),
    async headObject(bucket, key) {
      await chaos.strikeRequest(call('HeadObject', bucket, key));
      return objects.headObject(bucket, key);
    },
    async getObject(bucket, key, options) {
      await chaos.strikeRequest(call('GetObject', bucket, key));
      const found = await objects.getObject(bucket, key, options);
      const { stream } = chaos.strikeBody(call('GetObject', bucket, key), {
        stream: found.body,
        sizeBytes: found.sizeBytes,
      });
      return { ...found, body: stream };
    },
    async putObject(bucket, key, body, options) {
      await chaos.strikeRequest(call('PutObject', bucket, key));
      return objects.putObject(bucket, key, body, options);
    },
    async listObjects(bucket, options) {
      await chaos.strikeRequest(call('ListObjectsV2', bucket));
      return objects.listObjects(bucket, options);
    },
  };
}
