import type { InvokeRequest } from '../../ports.ts';
import type { ResponseSink } from '../runtime/runtime-api.ts';

/** An invocation as it comes over HTTP. */
export interface CalledInvocation extends InvokeRequest {
  callerAccessKeyId?: string;
  /** `X-Amzn-Trace-Id`: AWS's SDKs send it from within functions. */
  traceHeader?: string;
  /** Where a streamed response goes as it is written; the result then holds no payload of it. */
  sink?: ResponseSink;
  /** The id that the caller was given already. */
  requestId?: string;
  /** Told the id of the invocation. */
  onRequestId?(requestId: string): void;
}
