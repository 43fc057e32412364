export type Tags = { [key: string]: string };

/** A role or user: what both have, policies among it. */
export interface Principal {
  name: string;
  path: string;
  id: string;
  arn: string;
  createdMs: number;
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

export interface User extends Principal {
  accessKeys: AccessKey[];
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

export interface ManagedPolicy {
  name: string;
  path: string;
  id: string;
  arn: string;
  createdMs: number;
  updatedMs: number;
  description?: string;
  tags: Tags;
  versions: PolicyVersion[];
  defaultVersionId: string;
}
