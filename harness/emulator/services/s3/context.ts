import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { AwsLimits } from '../../../core/limits.ts';
import type { InputTexts } from '../../http/codecs/rest-xml.ts';
import { defineOperation, type Operation, type OperationParts } from '../../http/operation.ts';
import type { Caller, WireRequest, WireResponse } from '../../http/wire.ts';
import type { AuthorizedCall, ServiceEnvironment } from '../ports.ts';
import type { ChunkObserver } from './body/aws-chunked-decoder.ts';
import type { Blobs } from './store/blobs.ts';
import type { Bucket } from './store/bucket.ts';
import type { Buckets } from './store/buckets.ts';

/** A change of an object, as event notifications report it. */
export interface ObjectEvent {
  /** e.g. `ObjectCreated:Put`. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
  name: string;
  key: string;
  sizeBytes?: number;
  etag?: string;
  versionId?: string;
}

/** A field of a browser's upload as sent; names are told apart without regard to case. */
export interface FormField {
  name: string;
  value: string;
}

/** By name in lower case. */
export type FormFields = ReadonlyMap<string, FormField>;

/** What every S3 operation is given. */
export interface S3Context {
  env: ServiceEnvironment;
  limits: AwsLimits;
  buckets: Buckets;
  blobs: Blobs;
  /** Canonical user id of the account, 64 hex digits. */
  ownerId: string;
  /** Policies are enforced or warned of. */
  isPolicyActive: boolean;
  /** A version or upload id that was never used in this state folder. */
  newId(): string;
  /** Where chunk signatures are verified: the verifier of the request's chunks. */
  observeChunks(request: WireRequest): ChunkObserver | undefined;
  /** For calls that only a body names. @throws AwsError AccessDenied when policies do not allow the call */
  permit(caller: Caller, call: AuthorizedCall): void;
  /** The access key that signed a form, if any did. @throws AwsError SignatureDoesNotMatch ... */
  verifyForm(fields: FormFields): string | undefined;
  /** Members of an operation's input that stand in these headers. */
  inputOfHeaders(operation: string, headers: WireRequest['headers']): { readonly [name: string]: unknown };
  /** Why events of a bucket cannot go to a function; nothing when they can. */
  notificationRefusal(bucket: Bucket, functionArn: string): Promise<string | undefined>;
  /** Reports a change that is done, for event notifications; never fails. */
  announce(bucket: Bucket, event: ObjectEvent): void;
}

/** What PutObject, CopyObject, CreateMultipartUpload and the forms of browsers say of the object they write. */
export type WriteInput = Partial<
  Pick<
    InputTexts<PutObjectCommandInput>,
    | 'ACL'
    | 'BucketKeyEnabled'
    | 'CacheControl'
    | 'ContentDisposition'
    | 'ContentEncoding'
    | 'ContentLanguage'
    | 'ContentType'
    | 'Expires'
    | 'GrantFullControl'
    | 'GrantRead'
    | 'GrantReadACP'
    | 'GrantWriteACP'
    | 'Metadata'
    | 'ObjectLockLegalHoldStatus'
    | 'ObjectLockMode'
    | 'ObjectLockRetainUntilDate'
    | 'ServerSideEncryption'
    | 'SSECustomerAlgorithm'
    | 'SSECustomerKey'
    | 'SSECustomerKeyMD5'
    | 'SSEKMSKeyId'
    | 'StorageClass'
    | 'Tagging'
    | 'WebsiteRedirectLocation'
  >
>;

// biome-ignore lint/suspicious/noConfusingVoidType: what an operation answers that returns nothing
type Answer = WireResponse | void;

/** An operation of S3. `handle` answers nothing where AWS's answer is empty: the status is the model's. */
export const s3Operation = <I>(
  parts: Omit<OperationParts<S3Context, InputTexts<I>, Answer>, 'render' | 'input' | 'order'>,
): Operation<S3Context> => defineOperation<S3Context, InputTexts<I>, Answer>(parts);
