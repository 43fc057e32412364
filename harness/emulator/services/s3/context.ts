import type { AwsLimits } from '../../../core/limits.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { AuthorizedCall, ServiceEnvironment } from '../ports.ts';
import type { ChunkObserver } from './body/aws-chunked-decoder.ts';
import type { FormField } from './body/form-data.ts';
import type { ObjectEvent } from './objects/object-event.ts';
import type { Blobs } from './store/blobs.ts';
import type { Bucket } from './store/bucket.ts';
import type { Buckets } from './store/buckets.ts';

/** What every S3 operation is given. */
export interface S3Context {
  env: ServiceEnvironment;
  limits: AwsLimits;
  buckets: Buckets;
  blobs: Blobs;
  /** Canonical user id of the account, 64 hex digits. */
  ownerId: string;
  /** A version or upload id that was never used in this state folder. */
  newId(): string;
  /** Where chunk signatures are verified: the verifier of the request's chunks. */
  observeChunks(request: WireRequest): ChunkObserver | undefined;
  /** For calls that only a body tells of. @throws AwsError AccessDenied when policies do not allow the call */
  permit(accessKeyId: string, call: AuthorizedCall): void;
  /** The access key that signed a form, if any did. @throws AwsError SignatureDoesNotMatch ... */
  verifyForm(fields: ReadonlyMap<string, FormField>): string | undefined;
  /** False when a function that events are to go to does not exist. */
  canInvoke(functionArn: string): Promise<boolean>;
  /** Tells of a change that is done, for event notifications; never fails. */
  announce(bucket: Bucket, event: ObjectEvent): void;
}
