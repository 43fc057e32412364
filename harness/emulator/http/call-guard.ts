import type { JsonObject } from '../../core/json.ts';
import type { PathParameters } from './legacy-operation.ts';
import type { WireRequest } from './wire.ts';

/** Asked by a protocol before it carries out a request. */
export interface CallGuard {
  /**
   * Asked first: is the caller who he says he is? `operation` where the path tells it already.
   * @returns the request to go on with: its body may have been read, and given back
   * @throws AwsError when the signature is wrong
   */
  authenticate?(request: WireRequest, operation?: string): Promise<WireRequest>;
  /**
   * Asked once the operation is known. `members` are those of the body, by protocols that have read it.
   * @returns the request to go on with: its body may have been read, and given back
   * @throws AwsError when the caller may not make the call
   */
  admit(
    operation: string,
    request: WireRequest,
    parameters: PathParameters,
    members?: JsonObject,
  ): Promise<WireRequest>;
  /** What the caller is told of an error: some are not for everybody. */
  explain?(error: unknown, request: WireRequest, parameters: PathParameters): unknown;
}
