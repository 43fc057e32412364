/** IAM's answers: lists are `member` elements, dates ISO 8601, policy documents percent-encoded. */
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

export const isoDate = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** IAM encodes documents as RFC 3986 demands, `!'()*` included. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagMembers = (tags: Tags) => ({
  member: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** A role: whole as GetRole shows it, without tags in lists, without its defaults where it was just created. */
export function roleShape(role: Role, as: 'whole' | 'listed' | 'created' | 'nested' | 'detailed'): object {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoDate(role.createdMs),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(as === 'nested' ||
    as === 'detailed' ||
    (as === 'created' && role.maxSessionSeconds === DEFAULT_SESSION_SECONDS)
      ? {}
      : { MaxSessionDuration: role.maxSessionSeconds }),
    ...(as === 'whole' || as === 'created' || as === 'detailed' ? boundaryShape(role) : {}),
    ...((as === 'whole' || as === 'created') && Object.keys(role.tags).length > 0
      ? { Tags: tagMembers(role.tags) }
      : {}),
    ...(as === 'whole' || as === 'detailed' ? { RoleLastUsed: {} } : {}),
  };
}

/** A user as GetUser shows it; lists leave out its boundary and tags. */
export const userShape = (user: User, as: 'whole' | 'listed' = 'whole'): object => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: isoDate(user.createdMs),
  ...(as === 'whole' ? boundaryShape(user) : {}),
  ...(as === 'whole' && Object.keys(user.tags).length > 0 ? { Tags: tagMembers(user.tags) } : {}),
});

export const groupShape = ({ path, name, id, arn, createdMs }: Group): object => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: arn,
  CreateDate: isoDate(createdMs),
});

/** An instance profile with its role; its tags where they were asked for, or were just given. */
export function instanceProfileShape(
  { path, name, id, arn, createdMs, roleName, tags }: InstanceProfile,
  store: { role(name: string): Role },
  as: 'whole' | 'listed' | 'created',
): object {
  const role = roleName === undefined ? [] : [roleShape(store.role(roleName), 'nested')];
  const hasTags = as === 'whole' || (as === 'created' && Object.keys(tags).length > 0);
  return {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: id,
    Arn: arn,
    CreateDate: isoDate(createdMs),
    Roles: { member: role },
    ...(hasTags ? { Tags: tagMembers(tags) } : {}),
  };
}

/** Managed policies attached to an entity. */
export const attachedShape = (arns: readonly string[]) => ({
  member: arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn })),
});

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

/** A managed policy as GetPolicy shows it. */
export function policyShape(policy: ManagedPolicy, store: AttachmentCounts): object {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: store.attachmentCount(policy.arn),
    PermissionsBoundaryUsageCount: store.attachmentCount(policy.arn, 'boundary'),
    IsAttachable: true,
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    CreateDate: isoDate(policy.createdMs),
    UpdateDate: isoDate(policy.updatedMs),
    ...(Object.keys(policy.tags).length > 0 ? { Tags: tagMembers(policy.tags) } : {}),
  };
}

/** A version as GetPolicyVersion shows it; lists leave the document out. */
export function versionShape(
  policy: ManagedPolicy,
  version: PolicyVersion,
  options: { withDocument: boolean },
): object {
  return {
    ...(options.withDocument ? { Document: encodeDocument(version.document) } : {}),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: isoDate(version.createdMs),
  };
}
