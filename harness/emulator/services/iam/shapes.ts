/** Entities as IAM answers them, in the types of AWS's SDK. Policy documents are percent-encoded. */
import type * as sdk from '@aws-sdk/client-iam';
import type {
  Group,
  InstanceProfile,
  ManagedPolicy,
  PolicyVersion,
  Principal,
  Role,
  Tags,
  User,
} from './store/entities.ts';

const DEFAULT_SESSION_SECONDS = 3600;

/** IAM's times are whole seconds. */
export const secondsOf = (timeMs: number): Date => new Date(Math.floor(timeMs / 1000) * 1000);

/** IAM encodes documents as RFC 3986 demands, `!'()*` included. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagList = (tags: Tags): sdk.Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** `whole` is GetRole's form; lists leave out tags, creation leaves out defaults, `nested` is in instance profiles. */
export function roleShape(role: Role, as: 'whole' | 'listed' | 'created' | 'nested' | 'detailed'): sdk.Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: secondsOf(role.createdMs),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(as === 'nested' ||
    as === 'detailed' ||
    (as === 'created' && role.maxSessionSeconds === DEFAULT_SESSION_SECONDS)
      ? {}
      : { MaxSessionDuration: role.maxSessionSeconds }),
    ...(as === 'whole' || as === 'created' || as === 'detailed' ? boundaryShape(role) : {}),
    ...((as === 'whole' || as === 'created') && Object.keys(role.tags).length > 0
      ? { Tags: tagList(role.tags) }
      : {}),
    ...(as === 'whole' || as === 'detailed' ? { RoleLastUsed: {} } : {}),
  };
}

/** `whole` is GetUser's form; lists leave out boundary and tags. */
export const userShape = (user: User, as: 'whole' | 'listed' = 'whole'): sdk.User => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: secondsOf(user.createdMs),
  ...(as === 'whole' ? boundaryShape(user) : {}),
  ...(as === 'whole' && Object.keys(user.tags).length > 0 ? { Tags: tagList(user.tags) } : {}),
});

export const groupShape = ({ path, name, id, arn, createdMs }: Group): sdk.Group => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: arn,
  CreateDate: secondsOf(createdMs),
});

/** An instance profile with its role. Lists leave out tags. */
export function instanceProfileShape(
  { path, name, id, arn, createdMs, roleName, tags }: InstanceProfile,
  store: { role(name: string): Role },
  as: 'whole' | 'listed' | 'created',
): sdk.InstanceProfile {
  const role = roleName === undefined ? [] : [roleShape(store.role(roleName), 'nested')];
  const hasTags = as === 'whole' || (as === 'created' && Object.keys(tags).length > 0);
  return {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: id,
    Arn: arn,
    CreateDate: secondsOf(createdMs),
    Roles: role,
    ...(hasTags ? { Tags: tagList(tags) } : {}),
  };
}

/** Managed policies attached to an entity. */
export const attachedShape = (arns: readonly string[]): sdk.AttachedPolicy[] =>
  arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));

/** Recorded: the type is `Policy`, not what the SDK's enumeration says. */
const boundaryShape = ({ permissionsBoundary }: Principal): object =>
  permissionsBoundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: permissionsBoundary,
        },
      };

interface AttachmentCounts {
  attachmentCount(policyArn: string, as?: 'permissions' | 'boundary'): number;
}

/** Recorded: CreatePolicy and ListPolicies leave the description out, and tags where there are none. */
export function policyShape(
  policy: ManagedPolicy,
  store: AttachmentCounts,
  as: 'whole' | 'listed' | 'created',
): sdk.Policy {
  const hasTags = as === 'whole' || (as === 'created' && Object.keys(policy.tags).length > 0);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: store.attachmentCount(policy.arn),
    PermissionsBoundaryUsageCount: store.attachmentCount(policy.arn, 'boundary'),
    IsAttachable: true,
    ...(as === 'whole' && policy.description !== undefined ? { Description: policy.description } : {}),
    CreateDate: secondsOf(policy.createdMs),
    UpdateDate: secondsOf(policy.updatedMs),
    ...(hasTags ? { Tags: tagList(policy.tags) } : {}),
  };
}

/** A version as GetPolicyVersion shows it; lists leave the document out. */
export function versionShape(
  policy: ManagedPolicy,
  version: PolicyVersion,
  options: { withDocument: boolean },
): sdk.PolicyVersion {
  return {
    ...(options.withDocument ? { Document: encodeDocument(version.document) } : {}),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: secondsOf(version.createdMs),
  };
}
