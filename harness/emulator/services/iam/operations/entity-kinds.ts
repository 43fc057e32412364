/** The kinds of entities, for the families of operations that each kind has. */
import type { AuthorizedCall } from '../../../http/permission.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { IamContext } from '../context.ts';
import { noSuchOidcProvider, validationError } from '../errors.ts';
import type { Group, InstanceProfile, Named, OidcProvider, Role, Tags, User } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import type { Target } from './operation.ts';

export interface EntityKind<E extends Named> {
  /** As in names of operations: `TagRole`. */
  title: 'Role' | 'User' | 'Group' | 'InstanceProfile';
  /** As in ARNs: `role`. */
  arnType: string;
  /** Prefix of unique ids. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
  idPrefix: string;
  entitiesOf(store: IamStore): Map<string, E>;
  /** @throws AwsError NoSuchEntity */
  get(store: IamStore, name: string): E;
}

export const ROLE: EntityKind<Role> = {
  title: 'Role',
  arnType: 'role',
  idPrefix: 'AROA',
  entitiesOf: ({ roles }) => roles,
  get: (store, name) => store.role(name),
};

export const USER: EntityKind<User> = {
  title: 'User',
  arnType: 'user',
  idPrefix: 'AIDA',
  entitiesOf: ({ users }) => users,
  get: (store, name) => store.user(name),
};

export const GROUP: EntityKind<Group> = {
  title: 'Group',
  arnType: 'group',
  idPrefix: 'AGPA',
  entitiesOf: ({ groups }) => groups,
  get: (store, name) => store.group(name),
};

export const INSTANCE_PROFILE: EntityKind<InstanceProfile> = {
  title: 'InstanceProfile',
  arnType: 'instance-profile',
  idPrefix: 'AIPA',
  entitiesOf: ({ instanceProfiles }) => instanceProfiles,
  get: (store, name) => store.instanceProfile(name),
};

export const arnOf = (
  { arnType }: Pick<EntityKind<Named>, 'arnType'>,
  accountId: string,
  path: string,
  name: string,
): string => `arn:aws:iam::${accountId}:${arnType}${path}${name}`;

/** The entity of a name with its tags, or the ARN that it would have at `path`; `*` while the name is missing. */
export function onEntity<E extends Named>(
  kind: EntityKind<E>,
  { store, env }: IamContext,
  name: string | undefined,
  { path = '/', conditions = {} }: { path?: string | undefined; conditions?: AuthorizedCall['context'] } = {},
): Target[] {
  if (name === undefined) return [{ resource: '*', context: conditions }];
  const entity = kind.entitiesOf(store).get(name);
  return [
    {
      resource: entity?.arn ?? arnOf(kind, env.accountId, path, name),
      context: { ...resourceTags(entity), ...conditions },
    },
  ];
}

/** Condition keys of the tags that a resource has. */
export function resourceTags(entity: object | undefined): NonNullable<AuthorizedCall['context']> {
  const tags = entity !== undefined && 'tags' in entity ? (entity.tags as Tags) : {};
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
}

/** @throws AwsError NoSuchEntity */
export function oidcProvider({ oidcProviders }: IamStore, arn: string): OidcProvider {
  const provider = oidcProviders.get(arn);
  if (!provider) throw noSuchOidcProvider(arn);
  return provider;
}

export const onOidcProvider = ({ store }: IamContext, arn = '*'): Target[] => [
  { resource: arn, context: resourceTags(store.oidcProviders.get(arn)) },
];

/** The user of the credentials that sign a request; undefined for the root user, role and federated sessions. */
export function signingUser({ store, sessions }: IamContext, { caller }: WireRequest): User | undefined {
  const { arn } = sessions.identityOf(caller.accessKeyId);
  return [...store.users.values()].find((user) => user.arn === arn);
}

/** The user that a request names, or that signs it. @throws AwsError NoSuchEntity, ValidationError */
export function calledUser(context: IamContext, name: string | undefined, request: WireRequest): User {
  if (name !== undefined) return context.store.user(name);
  const own = signingUser(context, request);
  if (!own) throw validationError('Must specify userName when calling with non-User credentials');
  return own;
}

/** The same as a target: without a name the caller's own identity. */
export function onCalledUser(context: IamContext, name: string | undefined, request: WireRequest): Target[] {
  if (name !== undefined) return onEntity(USER, context, name);
  const own = signingUser(context, request);
  if (own) return onEntity(USER, context, own.name);
  return [{ resource: context.sessions.identityOf(request.caller.accessKeyId).arn }];
}
