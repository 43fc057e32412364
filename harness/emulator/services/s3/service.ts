/** S3: buckets and objects on disk, behind the listener and as a port for the other services. */

import { createHash } from 'node:crypto';
import { AwsError } from '../../../core/errors.ts';
import type { ResourceGuard } from '../../http/access.ts';
import { ChunkSignatures } from '../../http/caller/chunks.ts';
import { inputDecoder, restXmlCodec } from '../../http/codecs/rest-xml.ts';
import { isPlainRead } from '../../http/host-and-origin.ts';
import { ServiceModel } from '../../http/model/service-model.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service, WireRequest } from '../../http/wire.ts';
import table from '../../models/s3.json' with { type: 'json' };
import { type AccessPorts, createAccessControl } from '../access-control.ts';
import type { FunctionsPort, GuardedResource, ObjectsPort, ServiceEnvironment } from '../ports.ts';
import { bucketGuard } from './bucket-guard.ts';
import type { S3Context } from './context.ts';
import { Cors } from './cors.ts';
import { headerNotImplemented } from './errors.ts';
import { signerOfForm } from './form-signature.ts';
import { besideWebsites, isDecodable, s3Hook } from './hook.ts';
import { Notifications } from './notifications.ts';
import { makeVersionId } from './objects/find-object.ts';
import { objectsPort } from './objects/objects-port.ts';
import { s3Operations } from './operations/index.ts';
import { type AdoptedFile, adoptFile } from './operations/put-object.ts';
import { Buckets } from './store/buckets.ts';

export interface S3Options {
  /** Who calls, and what policies allow; without them every caller may do everything. */
  access?: AccessPorts;
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
  const { access } = options;
  const buckets = new Buckets(env.state);
  const ownerId = createHash('sha256').update(`canonical-user/${env.accountId}`).digest('hex');
  const notifications = new Notifications(env, ownerId);
  const guardOf = bucketGuard(buckets);
  const isPolicyActive = access?.permissions.isActive ?? false;
  const cors = new Cors(buckets);
  const model = new ServiceModel(table);
  const codec = restXmlCodec(model, s3Operations);
  const decode = inputDecoder(model);
  const context: S3Context = {
    env,
    limits: env.limits,
    buckets,
    blobs: buckets.blobs,
    ownerId,
    isPolicyActive,
    newId: () => makeVersionId(`${buckets.blobs.newName()}/${env.random.uint32()}/${env.random.uint32()}`),
    observeChunks,
    permit(caller, call) {
      const refusal = access?.permissions.refusal(caller, call, false, guardOf(call));
      if (refusal !== undefined) throw accessDenied(refusal);
    },
    verifyForm: (fields) => signerOfForm(fields, access),
    inputOfHeaders: (operation, headers) => decode(operation, { headers, query: new URLSearchParams() }, {}),
    notificationRefusal: (bucket, functionArn) => notifications.refusalOf(bucket, functionArn),
    announce: (bucket, event) => notifications.announce(bucket, event),
  };
  const service = createPipelineService({
    name: 's3',
    model,
    codecs: [codec],
    operations: s3Operations,
    context,
    access: createAccessControl(access, { kind: 's3' }),
    errors: {
      denied: accessDenied,
      internal: () =>
        new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500),
      notServed: (operation) => headerNotImplemented(subresourceOf(model, operation)),
    },
    maxBodyBytes: env.limits.s3MaxPutBytes,
    guardOf: (call, isAccountRoot) => {
      if (OF_ACCOUNT.has(call.action)) return { policy: undefined };
      return isAccountRoot ? withoutLockout(call.action, guardOf(call)) : guardOf(call);
    },
    hook: s3Hook({
      isVerifying: access?.sessions.isVerifying ?? false,
      accountId: env.accountId,
      cors,
      buckets,
      policies: access && { permissions: access.permissions, guardOf },
    }),
    permitsCrossOrigin: (request) => cors.allows(request) || isReadOfShared(request, access, guardOf),
    log: env.warn,
    state: env.state,
    stop: () => buckets.close(),
  });
  return {
    ...service,
    handle: besideWebsites(service.handle, buckets),
    ...objectsPort(context),
    guardOf,
    connectFunctions: (functions) => notifications.connect(functions),
    adoptFile: (bucket, key, file) => adoptFile(context, bucket, key, file),
  };
}

/** Actions that no bucket's policy can allow: a caller without a signature never may. */
const OF_ACCOUNT = new Set(['s3:CreateBucket', 's3:ListAllMyBuckets']);

const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);

/** The query parameter that makes a request one for an operation. */
const subresourceOf = (model: ServiceModel, operation: string): string =>
  model.operation(operation)?.http[1].split('?')[1]?.split(/[&=]/)[0] ?? operation;

/**
 * The account always reaches the policy of its bucket, whatever the policy says: nobody could mend it otherwise.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const POLICY_ACTIONS = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

const withoutLockout = (action: string, guarded: GuardedResource | undefined): GuardedResource | undefined =>
  guarded && POLICY_ACTIONS.has(action) ? { ...guarded, policy: undefined } : guarded;

/** The verifier of the chunks of a body, where the signature of the request was verified and the chunks are signed. */
function observeChunks({ verified, headers }: WireRequest): ChunkSignatures | undefined {
  const isSigned = headers['x-amz-content-sha256']?.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  return verified && isSigned ? new ChunkSignatures(verified) : undefined;
}

/**
 * A read that a page may cause though it cannot read the answer: of an object whose URL is presigned, or that is
 * public. Without policies, nothing is known to be public.
 */
function isReadOfShared(
  request: WireRequest,
  access: AccessPorts | undefined,
  guardOf: ResourceGuard,
): boolean {
  const { signature, path, caller } = request;
  const [, bucket, key] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (!isPlainRead(request) || bucket === undefined || key === undefined) return false;
  if ('isPresigned' in signature && signature.isPresigned) return true;
  if (signature.kind !== 'none' || !access?.permissions.isActive || !isDecodable(key)) return false;
  const call = { action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${decodeURIComponent(key)}` };
  return access.permissions.refusal(caller, call, false, guardOf(call, false)) === undefined;
}
