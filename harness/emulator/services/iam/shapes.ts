/** IAM's answers: lists are `member` elements, dates ISO 8601, policy documents percent-encoded. */
import type { ManagedPolicy, PolicyVersion, Principal, Role, Tags, User } from './store/entities.ts';

const DEFAULT_SESSION_SECONDS = 3600;

export const isoDate = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** IAM encodes documents as RFC 3986 demands, `!'()*` included. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagMembers = (tags: Tags) => ({
  member: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** A role: whole as GetRole shows it, without tags in lists, without its defaults where it was just created. */
export function roleShape(role: Role, as: 'whole' | 'listed' | 'created'): object {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoDate(role.createdMs),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(as === 'created' && role.maxSessionSeconds === DEFAULT_SESSION_SECONDS
      ? {}
      : { MaxSessionDuration: role.maxSessionSeconds }),
    ...boundaryShape(role),
    ...(as !== 'listed' && Object.keys(role.tags).length > 0 ? { Tags: tagMembers(role.tags) } : {}),
    ...(as === 'whole' ? { RoleLastUsed: {} } : {}),
  };
}

/** A user as GetUser shows it. */
export const userShape = (user: User): object => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: isoDate(user.createdMs),
  ...boundaryShape(user),
  ...(Object.keys(user.tags).length > 0 ? { Tags: tagMembers(user.tags) } : {}),
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

/** A managed policy as GetPolicy shows it. */
export function policyShape(policy: ManagedPolicy, attachmentCount: number): object {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachmentCount,
    PermissionsBoundaryUsageCount: 0,
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
