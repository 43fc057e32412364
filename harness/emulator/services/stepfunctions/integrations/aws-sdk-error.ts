/**
 * Errors of AWS SDK integrations: `S3.NoSuchKeyException` with the sentence of the AWS SDK for Java 2.
 * Source: recorded answers
 */
import { hasSdkError } from '../../../../asl/validate/sdk-services.ts';
import { exceptionName, TaskFailure } from './integration.ts';

export interface SdkError {
  /** As on the wire: `NoSuchKey`, `InvalidToken`. */
  code: string;
  message: string;
  status: number;
  requestId: string;
  /** S3 answers with a second id. */
  extendedRequestId?: string;
}

/**
 * The failure of a task whose service answered with `error`. `service` as in error names, e.g. `S3`, `Sfn`; `name` as in
 * resources. A code that the Java SDK has no class for becomes the service's general exception.
 */
export function sdkFailure(service: string, name: string, error: SdkError): TaskFailure {
  const ids =
    error.extendedRequestId === undefined ? '' : `, Extended Request ID: ${error.extendedRequestId}`;
  return new TaskFailure(
    isModelled(name, error.code) ? exceptionName(service, error.code) : `${service}.${service}Exception`,
    `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${error.requestId}${ids}) (SDK Attempt Count: 1)`,
  );
}

function isModelled(service: string, code: string): boolean {
  // AWS's version of the SDK has no class for it (seen in AWS's histories).
  if (service === 's3' && code === 'AccessDenied') return false;
  return hasSdkError(service, code) || hasSdkError(service, code.replace(/Exception$/, ''));
}
