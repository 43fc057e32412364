export type Tags = { [key: string]: string };

export interface Role {
  name: string;
  path: string;
  id: string;
  arn: string;
  createdMs: number;
  /** JSON text, as it was given. */
  trustPolicy: string;
  description?: string;
  maxSessionSeconds: number;
  permissionsBoundary?: string;
  tags: Tags;
  /** JSON text by policy name. */
  inlinePolicies: { [name: string]: string };
  attachedPolicyArns: string[];
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
