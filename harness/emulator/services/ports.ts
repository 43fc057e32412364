/**
 * What the services are to each other inside the process: narrow ports, so that Step Functions invokes a function
 * or reads an object without going through HTTP, and no service sees another's store.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../../core/clock.ts';
import type { EmbeddedMetric } from '../../core/embedded-metrics.ts';
import type { AwsLimits } from '../../core/limits.ts';
import type { Random } from '../../core/random.ts';
import type { GuardedResource } from '../http/access.ts';
import type { AuthorizedCall } from '../http/permission.ts';
import type { Caller } from '../http/wire.ts';
import type { ServiceState } from '../state/service-state.ts';

export type { AuthorizedCall, GuardedResource };

/** What every service is given. */
export interface ServiceEnvironment {
  clock: Clock;
  random: Random;
  limits: AwsLimits;
  region: string;
  /** Twelve digits. */
  accountId: string;
  /** Folder of this service alone, created by the emulator; nothing may be written outside it. */
  stateDir: string;
  /** What of this folder is durable, and how. */
  state: ServiceState;
  /** Base URL of the listener, known once it listens. */
  endpoint(): string;
  /** Something for the operator's eyes (a line without line feed); never secrets. */
  log(line: string): void;
  /** The same, of what nobody may miss: state that cannot be read and is left out. */
  warn(line: string): void;
}

/** S3 as the other services use it; errors are AwsError with S3's codes (`NoSuchKey`, `NoSuchBucket`). */
export interface ObjectsPort {
  headObject(
    bucket: string,
    key: string,
  ): Promise<{ sizeBytes: number; etag: string; lastModifiedMs: number }>;
  getObject(
    bucket: string,
    key: string,
    options?: GetObjectOptions,
  ): Promise<{ sizeBytes: number; etag: string; contentType: string; body: Readable }>;
  putObject(
    bucket: string,
    key: string,
    body: string | Uint8Array | Readable,
    options?: { contentType?: string; expectedBucketOwner?: string },
  ): Promise<{ etag: string }>;
  /** What guards the bucket or object of a call; nothing where there is no such bucket. */
  guardOf?(call: AuthorizedCall): GuardedResource | undefined;
  /** Keys in UTF-8 order after `startAfter`, at most `maxKeys`. */
  listObjects(
    bucket: string,
    options: { prefix?: string; startAfter?: string; maxKeys?: number; expectedBucketOwner?: string },
  ): Promise<{ objects: ListedObject[]; truncated: boolean }>;
}

export interface GetObjectOptions {
  /** Of the bytes wanted; `endBytes` is exclusive. */
  startBytes?: number;
  endBytes?: number;
  versionId?: string;
  /** Account id; another owner is AccessDenied. */
  expectedBucketOwner?: string;
}

export interface ListedObject {
  key: string;
  sizeBytes: number;
  /** Quoted, as on the wire. */
  etag: string;
  lastModifiedMs: number;
}

/** CloudWatch Logs as the other services use it: groups and streams are made as needed. */
export interface LogsPort {
  hasGroup(logGroup: string): boolean;
  append(
    logGroup: string,
    logStream: string,
    events: readonly { timestampMs: number; message: string }[],
  ): void;
}

/** Values of one metric at one time, from a log event or from a service itself. */
export type MetricPoint = EmbeddedMetric;

/** CloudWatch as the other services use it. */
export interface MetricsPort {
  putMetrics(points: readonly MetricPoint[]): void;
}

/** Lambda as Step Functions uses it. Throws AwsError (`ResourceNotFoundException`, `TooManyRequestsException` ...). */
export interface FunctionsPort {
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}

export interface InvokeRequest {
  /** Name, partial or whole ARN, with or without qualifier. */
  functionName: string;
  qualifier?: string;
  /** JSON text. */
  payload: string;
  invocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  /** Base64, as on the wire. */
  clientContext?: string;
  logTail?: boolean;
  /** ARN of the role that calls, for policy enforcement. */
  callerRoleArn?: string;
  /** The service that calls for a resource of its own: the function's policy must allow it. */
  callingService?: CallingService;
  /** Aborted when the result is not wanted any more. The function runs on, as on AWS. */
  signal?: AbortSignal;
}

export interface InvokeResult {
  statusCode: 200 | 202 | 204;
  /** JSON text the function answered, or of its error. */
  payload: string;
  /** `Unhandled` when the function failed. */
  functionError?: string;
  executedVersion: string;
  requestId: string;
  /** Last 4 KB of the log, base64. */
  logResult?: string;
}

/** IAM as the other services use it. */
export interface RolesPort {
  /** True when the role exists. */
  hasRole(roleArn: string): boolean;
}

/** Temporary credentials of a role, as STS gives them. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expirationMs: number;
}

/** Who stands behind an access key. */
export interface SessionIdentity {
  /** The role or user whose policies decide; absent for the account itself. */
  principalArn?: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, a user's, or the account's root. */
  arn: string;
  userId: string;
}

/** What is known of an access key. */
interface KnownKey {
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string;
  /** Milliseconds since the epoch. */
  expirationMs?: number;
}

/** An access key as a request names it. `key` is what its signatures are verified against. */
export type ResolvedKey =
  | { kind: 'root' | 'user' | 'session'; identity: SessionIdentity; key: KnownKey }
  | { kind: 'unknown' };

/** What narrows a session, or tells more of it. */
export interface SessionOptions {
  /** Session policies, as JSON texts: what they do not allow, the session may not do. */
  policies?: readonly string[];
  /** Session tags: `aws:PrincipalTag/...`. */
  tags?: { readonly [key: string]: string };
  /** Keys of the tags that sessions opened by this one have too. */
  transitiveTagKeys?: readonly string[];
}

/** Sessions of roles: whose access key is it. */
export interface SessionsPort {
  /** Credentials of a session; the role need not exist (RolesPort.hasRole tells). */
  issueCredentials(
    roleArn: string,
    sessionName: string,
    durationSeconds: number,
    options?: SessionOptions,
  ): SessionCredentials;
  /**
   * Whose an access key is. Deleted, deactivated and invented keys are `unknown`, never root; a session that has ended
   * is still a session, with its `expirationMs`. `test` is root only while policies are not enforced.
   */
  resolve(accessKeyId: string): ResolvedKey;
  /** The identity of an access key that was issued, or is a user's; the account's root for any other. */
  identityOf(accessKeyId: string): SessionIdentity;
  /** A key was used: GetAccessKeyLastUsed tells for what. */
  noteUse?(by: Caller): void;
  /** Signatures are verified against the keys that `resolve` finds. */
  readonly isVerifying: boolean;
  /** Forgets a session, when what used it has ended. */
  revoke(accessKeyId: string): void;
}

/** Who makes a call: an access key, or a service that has taken a role. */
export type CallingPrincipal =
  | { accessKeyId: string; sourceIp?: string | undefined }
  | { roleArn: string; sessionName?: string };

/** A service that calls without a role: the policy of the resource decides, whether or not policies are enforced. */
export interface CallingService {
  /** `s3.amazonaws.com` */
  service: string;
  /** ARN of the resource that the call is made for. */
  sourceArn: string;
  /** Account of that resource. */
  sourceAccount: string;
}

/** A service that takes a role. */
export interface TrustedService {
  service: string;
  sourceArn?: string;
}

/** Somebody who takes a role by AssumeRole; `context` are the condition keys of his request. */
export interface TrustedCaller {
  accessKeyId: string;
  context?: { readonly [key: string]: string | readonly string[] | undefined };
}

/** The holder of a token of an OpenID Connect provider. */
export interface TrustedWebIdentity {
  /** ARN of the provider. */
  provider: string;
  context: { readonly [key: string]: string | readonly string[] | undefined };
}

/** The policies of roles and users, asked by the services. */
export interface PermissionsPort {
  /** False when policies are neither enforced nor warned of: the account itself need not be asked about. */
  readonly isActive: boolean;
  /** True when what policies do not allow is refused. */
  readonly isEnforced: boolean;
  /**
   * AWS's text of the refusal when policies are enforced and do not allow the call; otherwise nothing. The account
   * itself may do everything. `granted` says that a policy of the resource allows the call to this very caller: then
   * only an explicit deny refuses it.
   * @param resource what the call concerns, where policies of its own count: they may let callers in (anonymous
   * ones, whom nothing else does), and shut out anybody
   */
  refusal(
    caller: CallingPrincipal,
    call: AuthorizedCall,
    granted?: boolean,
    resource?: GuardedResource,
  ): string | undefined;
  /** True when policies are enforced and the role is not there, or its trust policy does not name the caller. */
  refusesTrust(roleArn: string, by: TrustedService | TrustedCaller | TrustedWebIdentity): boolean;
  /** True when a role's trust policy names the caller himself, not only his account. */
  trustsDirectly(roleArn: string, by: TrustedCaller): boolean;
  /** True when a resource's policy (JSON text) allows the call of a service. */
  allowsService(policy: string | undefined, by: CallingService, call: AuthorizedCall): boolean;
  /** The least policy that would have sufficed for the calls of a role so far. */
  leastPolicyOf(roleArn: string): object;
}
