/**
 * Asks the policies of a role before an operation runs on its behalf. What the account itself sends passes at
 * once, its body unread; each service says which permissions an operation needs.
 */
import { Readable } from 'node:stream';
import { AwsError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { CallGuard } from '../http/call-guard.ts';
import type { RefusalStyle } from '../http/caller/refusals.ts';
import type { PathParameters } from '../http/legacy-operation.ts';
import { readBody } from '../http/read-body.ts';
import type { WireRequest } from '../http/wire.ts';
import { createAccessControl } from './access-control.ts';
import type { AuthorizedCall, GuardedResource, PermissionsPort, SessionsPort } from './ports.ts';

export interface GuardDoors {
  sessions: Pick<SessionsPort, 'identityOf' | 'resolve' | 'keyOf' | 'noteUse'>;
  permissions: Pick<PermissionsPort, 'refusal' | 'isActive' | 'isEnforced'>;
}

/** A request as far as it tells what is concerned. */
export interface GuardedInput {
  request: WireRequest;
  parameters: PathParameters;
  /** Members of a JSON body; empty unless the guard reads bodies. */
  body: JsonObject;
}

export interface GuardRules {
  /** The permissions that an operation needs, all of them; none for one that everybody may call. */
  callsOf(operation: string, input: GuardedInput): readonly AuthorizedCall[];
  /** The service's error around AWS's text. */
  refused(message: string): AwsError;
  /**
   * Of services whose resources carry policies: what guards the resource of a call. Callers that are neither role
   * nor user are asked about too then.
   */
  guardOf?(call: AuthorizedCall, isAccount: boolean): GuardedResource | undefined;
  /** Operations that carry no signature: their link is their permission. */
  unsigned?(operation: string): boolean;
  /** Operations whose JSON body tells what is concerned; the others' bodies are left unread. */
  readsBodyOf?(operation: string): boolean;
}

/** More than any request with a body that tells its resource: a function's code in base64. */
const MAX_BODY_BYTES = 71 * 1024 * 1024;

/** A guard that verifies signatures where that is asked for, and asks the policies of callers that are roles or users. */
export function roleGuard({ sessions, permissions }: GuardDoors, rules: GuardRules): CallGuard {
  const { code, status } = rules.refused('');
  const style: RefusalStyle = code.endsWith('Exception') ? { kind: 'json', status } : { kind: 'query' };
  const access = createAccessControl({ sessions, permissions }, style);
  return {
    async authenticate(request, operation) {
      if (operation !== undefined && rules.unsigned?.(operation)) return request;
      const { signature } = request;
      const isVerified =
        sessions.keyOf !== undefined || ('isPresigned' in signature && signature.isPresigned);
      if (!isVerified) return access.authenticate(request, { body: undefined });
      const body = await readBody(request.body, MAX_BODY_BYTES);
      const authentic = await access.authenticate(request, { body });
      return { ...authentic, body: Readable.from(body.length > 0 ? [body] : []) };
    },
    async admit(operation, request, parameters, members) {
      const caller = { accessKeyId: request.caller.accessKeyId };
      sessions.noteUse?.(request.caller);
      const isAccount = sessions.identityOf(caller.accessKeyId).principalArn === undefined;
      if (isAccount && !(rules.guardOf && permissions.isActive)) return request;
      const whole =
        members === undefined && rules.readsBodyOf?.(operation)
          ? await readBody(request.body, MAX_BODY_BYTES)
          : undefined;
      const body = members ?? (whole === undefined ? {} : membersOf(whole));
      for (const call of rules.callsOf(operation, { request, parameters, body })) {
        const refusal = permissions.refusal(caller, call, false, rules.guardOf?.(call, isAccount));
        if (refusal !== undefined) throw rules.refused(refusal);
      }
      return whole === undefined
        ? request
        : { ...request, body: Readable.from(whole.length > 0 ? [whole] : []) };
    },
  };
}

/** A body that is no JSON object is the operation's to refuse. */
function membersOf(bytes: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** As S3, IAM and STS say it. */
export const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);
