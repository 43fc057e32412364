/**
 * Errors of AWS SDK integrations: `S3.NoSuchKeyException` with the sentence of the AWS SDK for Java 2.
 * Source: recorded answers
 */
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

/** The failure of a task whose service answered with `error`; `service` as in error names, e.g. `S3`, `Sfn`. */
export function sdkFailure(service: string, error: SdkError): TaskFailure {
  const ids =
    error.extendedRequestId === undefined ? '' : `, Extended Request ID: ${error.extendedRequestId}`;
  const isRefusal = /^AccessDenied(?:Exception)?$/.test(error.code) && service !== 'CloudWatchLogs';
  return new TaskFailure(
    isRefusal ? `${service}.${service}Exception` : exceptionName(service, error.code),
    `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${error.requestId}${ids}) (SDK Attempt Count: 1)`,
  );
}
