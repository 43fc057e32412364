import type { PathParameters } from './operation.ts';
import type { WireRequest } from './wire.ts';

/** Asked by a protocol once it knows which operation a request is for, before that runs. */
export interface CallGuard {
  /**
   * The request to go on with: its body may have been read, and given back.
   * @throws AwsError when the caller may not make the call
   */
  admit(operation: string, request: WireRequest, parameters: PathParameters): Promise<WireRequest>;
  /** What the caller is told of an error: some are not for everybody. */
  explain?(error: unknown, request: WireRequest, parameters: PathParameters): unknown;
}
