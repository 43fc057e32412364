/**
 * Who calls, and may the caller make the call: asked by the request pipeline for every operation of every service.
 * The identity is the one whose signature was verified.
 */
import type { AwsError } from '../../core/errors.ts';
import type { AuthorizedCall } from './permission.ts';
import type { WireRequest } from './wire.ts';

/** A resource that carries a policy of its own, or could. */
export interface GuardedResource {
  /** JSON text; undefined where there is none. */
  policy: string | undefined;
  /** Access control lists allow this to everyone. */
  isOpenToAll?: boolean;
  /** Block Public Access: the policy admits no one from outside the account. */
  blocksPublicAccess?: boolean;
  /** Condition keys that speak of the resource, e.g. `s3:ExistingObjectTag/team`. */
  context?: AuthorizedCall['context'];
}

/** What guards the resource of a call; nothing where there is no such resource. */
export type ResourceGuard = (call: AuthorizedCall, isAccountRoot: boolean) => GuardedResource | undefined;

export interface AccessControl {
  /**
   * @param body the whole body; undefined where it is streamed and carries its own digest
   * @param isUnsigned the operation takes no signature
   * @returns the request with the caller whose signature was verified
   * @throws AwsError in the codes of the service
   */
  authenticate(request: WireRequest, body: Uint8Array | undefined, isUnsigned?: boolean): WireRequest;
  /** @throws the error of `denied` with AWS's text */
  authorize(request: WireRequest, calls: readonly AuthorizedCall[], rules: AuthorizationRules): void;
}

/** How a service guards its resources, and refuses. */
export interface AuthorizationRules {
  denied(message: string): AwsError;
  guardOf?: ResourceGuard | undefined;
}
