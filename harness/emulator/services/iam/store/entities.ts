export type Tags = { [key: string]: string };

/** What every entity has. */
export interface Named {
  name: string;
  path: string;
  id: string;
  arn: string;
  createdMs: number;
}

/** A role, user or group: what all have, policies among it. */
export interface Principal extends Named {
  permissionsBoundary?: string;
  tags: Tags;
  /** JSON text by policy name. */
  inlinePolicies: { [name: string]: string };
  attachedPolicyArns: string[];
}

export interface AccessKey {
  id: string;
  secret: string;
  isActive: boolean;
  createdMs: number;
}

/** A password of a user for one service; the password itself is not kept. */
export interface ServiceCredential {
  id: string;
  /** `codecommit.amazonaws.com` */
  serviceName: string;
  serviceUserName: string;
  isActive: boolean;
  createdMs: number;
}

export interface User extends Principal {
  accessKeys: AccessKey[];
  serviceCredentials?: ServiceCredential[];
}

/** Its members have its policies beside their own. It has no boundary and no tags. */
export interface Group extends Principal {
  /** Ids of users: they stay when a user is renamed. */
  memberIds: string[];
}

/** Stored and returned: there are no instances. */
export interface InstanceProfile extends Named {
  roleName?: string;
  tags: Tags;
}

/** The access key of the account's root user. */
export interface RootKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What the account as a whole is set to. */
export interface AccountSettings {
  rootKey?: RootKey;
  alias?: string;
  passwordPolicy?: { [member: string]: number | boolean };
}

export interface Role extends Principal {
  /** JSON text, as it was given. */
  trustPolicy: string;
  description?: string;
  maxSessionSeconds: number;
}

export interface PolicyVersion {
  id: string;
  document: string;
  createdMs: number;
}

export interface ManagedPolicy extends Named {
  updatedMs: number;
  description?: string;
  tags: Tags;
  versions: PolicyVersion[];
  /** Number of the newest version ever made. */
  lastVersion?: number;
  defaultVersionId: string;
}

/** An identity provider whose tokens AssumeRoleWithWebIdentity takes. */
export interface OidcProvider {
  arn: string;
  /** Without `https://`, as IAM answers it. */
  url: string;
  /** Audiences of tokens. */
  clientIds: string[];
  thumbprints: string[];
  createdMs: number;
  tags: Tags;
}
