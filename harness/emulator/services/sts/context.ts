import type { JsonWebKey } from 'node:crypto';
import type {
  PermissionsPort,
  RolesPort,
  ServiceEnvironment,
  SessionCredentials,
  SessionsPort,
} from '../ports.ts';

/** IAM as STS uses it. */
export interface StsRoles extends RolesPort, SessionsPort, PermissionsPort {
  /** The longest session of a role that is there, in seconds. */
  maxSessionSeconds(roleArn: string): number;
  /** The default version of a managed policy, as JSON text; nothing when there is none of that ARN. */
  policyDocument(policyArn: string): string | undefined;
  /** @throws AwsError MalformedPolicyDocument unless the text is a policy of identities */
  checkPolicy(text: string): void;
  /** The OpenID Connect provider of an issuer, in the account of the role. */
  oidcProviderOf(roleArn: string, issuer: string): { arn: string; clientIds: readonly string[] } | undefined;
  /** Temporary credentials of the caller. */
  issueOwnCredentials(
    accessKeyId: string,
    durationSeconds: number,
    federated?: { policies: readonly string[]; identity: { arn: string; userId: string } },
  ): SessionCredentials;
  /** Resolves when the sessions opened so far are as durable as asked. */
  synced(): Promise<void>;
  /** The tags that a session hands on to the sessions it opens. */
  inheritedTags(accessKeyId: string): { readonly [key: string]: string };
}

/** What an operation of this service works on. */
export interface StsContext {
  env: ServiceEnvironment;
  roles: StsRoles;
  oidcKeys: OidcKeys;
}

/** A public key that issuers of tokens sign with. */
export interface OidcKey extends JsonWebKey {
  kid?: string;
  alg?: string;
}

/** The keys of an issuer (`https://...`), instead of those that AWS fetches from it. */
export type OidcKeys = (issuer: string) => readonly OidcKey[];
