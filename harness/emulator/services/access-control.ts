/**
 * The pipeline's access control, over IAM's sessions and policies: the caller is who signed the request, and may do
 * what the policies allow.
 *
 * While policies are enforced, unknown, deleted and inactive keys and requests without a signature are refused,
 * whether or not signatures are verified. Presigned requests of known keys are always verified: their URL is their
 * permission. Without enforcement and verification, unknown keys are the account's root, as with every local AWS.
 */
import { wallClock } from '../../core/clock.ts';
import type { AccessControl } from '../http/access.ts';
import { type RefusalStyle, refusalsOf } from '../http/caller/refusals.ts';
import { assertPresignedInForce, verifyV2, verifyV4 } from '../http/caller/verify.ts';
import type { WireRequest } from '../http/wire.ts';
import type { PermissionsPort, SessionsPort } from './ports.ts';

export interface AccessPorts {
  sessions: Pick<SessionsPort, 'identityOf' | 'resolve' | 'isVerifying' | 'noteUse'>;
  permissions: Pick<PermissionsPort, 'refusal' | 'isActive' | 'isEnforced'>;
}

/** Clients sign with the time of the wall, whatever time executions live in. */
const processClock = wallClock({ unref: true });

const ISSUED_KEY = /^A[KS]IA/;

/** Of a service that runs without IAM: every caller may do everything. */
const openAccess = (style: RefusalStyle): AccessControl => ({
  authenticate: (request) => {
    assertReadable(request, style);
    return request;
  },
  authorize: () => {},
});

/** What can be checked of a signature without a key. @throws AwsError in the codes of `style` */
function assertReadable(request: WireRequest, style: RefusalStyle): void {
  const { signature } = request;
  if (signature.kind === 'unreadable') throw refusalsOf(style).unreadable(signature);
  if (signature.kind !== 'none' && signature.isPresigned && style.kind === 's3')
    assertPresignedInForce(signature, request, processClock.nowMs());
}

/**
 * @param ports IAM; everything is allowed without it
 * @param style how the service says that a caller is refused
 */
export function createAccessControl(ports: AccessPorts | undefined, style: RefusalStyle): AccessControl {
  if (!ports) return openAccess(style);
  const { sessions, permissions } = ports;
  const { isVerifying: verifies } = sessions;
  return {
    authenticate(request, body, isUnsigned) {
      const { signature } = request;
      if (isUnsigned) return request;
      assertReadable(request, style);
      const isStrict = verifies || permissions.isEnforced;
      if (signature.kind === 'none' || signature.kind === 'unreadable') {
        // Of S3, the policies of buckets decide about callers without a signature.
        if (isStrict && !(style.kind === 's3' && permissions.isActive)) throw refusalsOf(style).missing();
        return request;
      }
      // Who calls without proof is of no concern: every caller may do what the account may.
      if (!isStrict && !signature.isPresigned) return request;
      const nowMs = processClock.nowMs();
      const refusals = refusalsOf(style);
      const found = sessions.resolve(signature.accessKeyId);
      if (found.kind === 'unknown') {
        if (isStrict) throw refusals.unknown(signature.accessKeyId);
        return request;
      }
      const { key } = found;
      if (key.sessionToken !== signature.sessionToken)
        throw refusals.wrongToken(signature.sessionToken, signature.accessKeyId);
      if (key.expirationMs !== undefined && key.expirationMs <= nowMs) throw refusals.expiredCredentials();
      if (!verifies && !signature.isPresigned) return request;
      return verify(request, key.secretAccessKey, { style, nowMs, body });
    },
    authorize(request, calls, { denied, guardOf }) {
      const { accessKeyId } = request.caller;
      // Keys of users and sessions begin so; the uses of those are remembered, whatever policies do.
      if (!permissions.isActive && !ISSUED_KEY.test(accessKeyId)) return;
      sessions.noteUse?.(request.caller);
      // Only the policy of a resource can admit a caller without a signature.
      const isUnguarded = request.signature.kind === 'none' && permissions.isEnforced && !guardOf;
      if (isUnguarded && calls.length > 0) throw denied('Access Denied');
      const isAccountRoot = sessions.identityOf(accessKeyId).principalArn === undefined;
      // The account itself may do everything, but for what a resource's own policy denies.
      if (isAccountRoot && !(guardOf && permissions.isActive)) return;
      for (const call of calls) {
        const refusal = permissions.refusal(request.caller, call, false, guardOf?.(call, isAccountRoot));
        if (refusal !== undefined) throw denied(refusal);
      }
    },
  };
}

/** @throws AwsError in the codes of `style` */
function verify(
  request: WireRequest,
  secret: string,
  { style, nowMs, body }: { style: RefusalStyle; nowMs: number; body: Uint8Array | undefined },
): WireRequest {
  const { signature } = request;
  const refusals = refusalsOf(style);
  const input = { request, secret, style, refusals, nowMs, body };
  if (signature.kind === 'v2') {
    // Only S3 still takes Version 2.
    if (style.kind !== 's3') throw refusals.unreadable({ kind: 'unreadable', reason: 'unsupported-scheme' });
    verifyV2(signature, input);
    return request;
  }
  if (signature.kind !== 'v4') return request;
  const { signingNames } = request;
  if (signingNames && !signingNames.includes(signature.service))
    throw refusals.wrongScope(signingNames[0]!, signature.service);
  return { ...request, verified: verifyV4(signature, input) };
}
