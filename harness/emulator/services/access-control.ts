/** The pipeline's access control, over IAM's sessions and policies. */
import { wallClock } from '../../core/clock.ts';
import type { AccessControl } from '../http/access.ts';
import { authenticate, type RefusalStyle } from '../http/authenticate.ts';
import type { PermissionsPort, SessionsPort } from './ports.ts';

export interface AccessPorts {
  sessions: Pick<SessionsPort, 'identityOf' | 'keyOf' | 'noteUse'>;
  permissions: Pick<PermissionsPort, 'refusal' | 'isActive'>;
}

/** Clients sign with the time of the wall, whatever time executions live in. */
const processClock = wallClock({ unref: true });

/** Of a service that runs without IAM: every caller may do everything. */
const OPEN: AccessControl = { authenticate: (request) => request, authorize: () => {} };

/**
 * @param ports IAM; everything is allowed without it
 * @param style how the service says that a signature is wrong
 */
export function createAccessControl(ports: AccessPorts | undefined, style: RefusalStyle): AccessControl {
  if (!ports) return OPEN;
  const { sessions, permissions } = ports;
  return {
    authenticate(request, { body, isUnsigned }) {
      const { keyOf } = sessions;
      if (keyOf && body !== undefined && !isUnsigned)
        authenticate(request, body, { keyOf, nowMs: processClock.nowMs(), style });
      return request;
    },
    authorize(request, calls, { denied, guardOf }) {
      const { accessKeyId } = request.caller;
      sessions.noteUse?.(request.caller);
      const isAccountRoot = sessions.identityOf(accessKeyId).principalArn === undefined;
      // The account itself may do everything, but for what a resource's own policy denies.
      if (isAccountRoot && !(guardOf && permissions.isActive)) return;
      for (const call of calls) {
        const refusal = permissions.refusal({ accessKeyId }, call, false, guardOf?.(call, isAccountRoot));
        if (refusal !== undefined) throw denied(refusal);
      }
    },
  };
}
