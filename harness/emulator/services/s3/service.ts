/** S3: buckets and objects on disk, behind the listener and as a port for the other services. */
import { createHash } from 'node:crypto';
import { isPlainRead } from '../../http/origin.ts';
import { restXmlService } from '../../http/protocols/rest-xml.ts';
import type { Service, WireRequest } from '../../http/wire.ts';
import type { FunctionsPort, ObjectsPort, ServiceEnvironment } from '../ports.ts';
import { accessDenied, type GuardDoors } from '../role-guard.ts';
import { Admission } from './admission.ts';
import { bucketGuard, type GuardOf } from './bucket-guard.ts';
import type { S3Context } from './context.ts';
import { Cors } from './cors.ts';
import { signerOfForm } from './form-signature.ts';
import { Notifications } from './notifications.ts';
import { type AdoptedFile, adoptFile } from './objects/adopt-file.ts';
import { objectsPort } from './objects/objects-port.ts';
import { makeVersionId } from './objects/version-ids.ts';
import { s3Operations } from './operations/index.ts';
import { tellHome } from './region-gate.ts';
import { s3RoleGuard } from './role-guard.ts';
import { Buckets } from './store/buckets.ts';
import type { Durability } from './store/journal.ts';

export interface S3Options {
  /**
   * When a write is acknowledged: once it is on the device (default), or once it is with the kernel, which
   * survives the death of the process but not a power cut.
   */
  durability?: Durability;
  /** Verifies every signature: the secret of an access key id, undefined when there is no such key. */
  secretOf?: (accessKeyId: string) => string | undefined;
  /** The session token that belongs to an access key; undefined for keys of users. */
  tokenOf?: (accessKeyId: string) => string | undefined;
  /** The policies of roles; without them every caller may do everything. */
  policies?: GuardDoors;
}

/** S3 behind the listener, and as the other services use it. */
export interface S3Service extends Service, ObjectsPort {
  /** Event notifications to functions go through this port from now on. */
  connectFunctions(functions: FunctionsPort): void;
  /**
   * Makes a file of this machine an object, as PutObject would; its bytes are neither sent nor read. The file must
   * never change, and its digests must be right. @throws AwsError NoSuchBucket
   */
  adoptFile(bucket: string, key: string, file: AdoptedFile): Promise<void>;
}

/** Opens the state folder, recovering what an earlier process left. */
export function createS3Service(env: ServiceEnvironment, options: S3Options = {}): S3Service {
  const buckets = new Buckets(env.stateDir, options.durability ?? 'device');
  const ownerId = createHash('sha256').update(`canonical-user/${env.accountId}`).digest('hex');
  const notifications = new Notifications(env, ownerId);
  const guardOf = bucketGuard(buckets);
  const cors = new Cors(buckets);
  const homeOf = (name: string) => (buckets.has(name) ? buckets.get(name).region : undefined);
  const admission = new Admission(
    env,
    options.secretOf,
    options.policies?.permissions.isActive,
    homeOf,
    options.tokenOf,
  );
  const context: S3Context = {
    env,
    limits: env.limits,
    buckets,
    blobs: buckets.blobs,
    ownerId,
    newId: () => makeVersionId(`${buckets.blobs.newName()}/${env.random.uint32()}/${env.random.uint32()}`),
    observeChunks: (request) => admission.observeChunks(request),
    permit(accessKeyId, call) {
      const refusal = options.policies?.permissions.refusal({ accessKeyId }, call, false, guardOf(call));
      if (refusal !== undefined) throw accessDenied(refusal);
    },
    verifyForm: (fields) => signerOfForm(fields, options.secretOf),
    canInvoke: (functionArn) => notifications.canInvoke(functionArn),
    announce: (bucket, event) => notifications.announce(bucket, event),
  };
  const service = restXmlService({
    name: 's3',
    operations: s3Operations,
    context,
    ...(options.policies
      ? { guard: s3RoleGuard(options.policies, guardOf, (name) => buckets.has(name)) }
      : {}),
    admit: (request) => admission.admit(request),
    preflight: (request) => cors.preflight(request),
    mark: (request, response) => tellHome(request, cors.mark(request, response), homeOf),
    stop: () => buckets.close(),
  });
  return {
    ...service,
    ...objectsPort(context),
    guardOf,
    permitsCrossOrigin: (request) =>
      cors.allows(request) || isReadOfShared(request, options.policies, guardOf),
    connectFunctions: (functions) => notifications.connect(functions),
    adoptFile: (bucket, key, file) => adoptFile(context, bucket, key, file),
  };
}

/**
 * A read that a page may cause though it may not read the answer: of an object whose URL is presigned, or that is public.
 * Without policies nothing is known to be public.
 */
function isReadOfShared(request: WireRequest, policies: GuardDoors | undefined, guardOf: GuardOf): boolean {
  const { signature, path } = request;
  const object = /^\/([^/]+)\/(.+)$/.exec(path);
  if (!isPlainRead(request) || !object) return false;
  if ('isPresigned' in signature && signature.isPresigned) return true;
  if (signature.kind !== 'none' || !policies?.permissions.isActive) return false;
  const call = {
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${object[1]}/${percentDecoded(object[2]!)}`,
  };
  return (
    policies.permissions.refusal({ accessKeyId: request.caller.accessKeyId }, call, false, guardOf(call)) ===
    undefined
  );
}

/** Percent-decoded; a text whose encoding is broken names no object. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
