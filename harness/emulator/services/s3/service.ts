/** S3: buckets and objects on disk, behind the listener and as a port for the other services. */
import { AwsError } from '../../../core/errors.ts';
import { restXmlService } from '../../http/protocols/rest-xml.ts';
import type { Service } from '../../http/wire.ts';
import type { FunctionsPort, ObjectsPort, ServiceEnvironment } from '../ports.ts';

/** S3 behind the listener, and as the other services use it. */
export interface S3Service extends Service, ObjectsPort {
  /** Event notifications to functions go through this port from now on. */
  connectFunctions(functions: FunctionsPort): void;
}

export function createS3Service(_env: ServiceEnvironment): S3Service {
  const missing = async () => {
    throw new AwsError('NotImplemented', 'Not served yet.', 501);
  };
  return {
    ...restXmlService({ name: 's3', operations: [], context: {} }),
    headObject: missing,
    getObject: missing,
    putObject: missing,
    listObjects: missing,
    connectFunctions() {},
  };
}
