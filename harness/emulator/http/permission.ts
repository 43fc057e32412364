/** What an operation needs its caller to be allowed, derived from the parsed input that the operation itself uses. */
import type { WireRequest } from './wire.ts';

/** A call as policies see it. */
export interface AuthorizedCall {
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for calls that concern no resource. */
  resource: string;
  /** Condition keys, e.g. `aws:SourceArn`. */
  context?: { readonly [key: string]: string | readonly string[] | undefined } | undefined;
}

/**
 * The permissions that a call needs, all of them. It runs before validation: required members may be missing.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export type Permission<C, I> = (
  input: Partial<I>,
  context: C,
  request: WireRequest,
) => readonly AuthorizedCall[];

/** Of operations that need no permission, or ask for it while they run. `reason` names AWS's page or the place. */
export const unrestricted =
  (_reason: string): Permission<unknown, unknown> =>
  () => [];

/** The permission to hand a role to a service. */
export const passRole = (roleArn: string | undefined, service: string): readonly AuthorizedCall[] =>
  roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } }];
