/** Tags of entities: the same operations for every kind. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { limitExceeded } from '../errors.ts';
import { tagList } from '../shapes.ts';
import type { Tags } from '../store/entities.ts';
import {
  INSTANCE_PROFILE,
  oidcProvider,
  onEntity,
  onOidcProvider,
  ROLE,
  resourceTags,
  USER,
} from './entity-kinds.ts';
import { iamOperation, pageFor, requestTags, type Target } from './operation.ts';

const MAX_TAGS = 50;

interface TaggedInput {
  RoleName?: string;
  UserName?: string;
  InstanceProfileName?: string;
  PolicyArn?: string;
  OpenIDConnectProviderArn?: string;
}

/** One row: whose tags. */
interface TaggedRow {
  title: string;
  /** Keys that differ in case alone are the same, the last spelling is kept. */
  foldsCase: boolean;
  /** @throws AwsError NoSuchEntity, AccessDenied where AWS's own policies are to be changed */
  taggedOf(context: IamContext, input: TaggedInput, access: 'read' | 'write'): { tags: Tags };
  on(context: IamContext, input: TaggedInput): Target[];
}

const ROWS: readonly TaggedRow[] = [
  {
    title: 'Role',
    foldsCase: true,
    taggedOf: ({ store }, { RoleName }) => store.role(RoleName!),
    on: (context, { RoleName }) => onEntity(ROLE, context, RoleName),
  },
  {
    title: 'User',
    foldsCase: true,
    taggedOf: ({ store }, { UserName }) => store.user(UserName!),
    on: (context, { UserName }) => onEntity(USER, context, UserName),
  },
  {
    title: 'InstanceProfile',
    foldsCase: false,
    taggedOf: ({ store }, { InstanceProfileName }) => store.instanceProfile(InstanceProfileName!),
    on: (context, { InstanceProfileName }) => onEntity(INSTANCE_PROFILE, context, InstanceProfileName),
  },
  {
    title: 'Policy',
    foldsCase: false,
    taggedOf: ({ store }, { PolicyArn }, access) =>
      access === 'read' ? store.policy(PolicyArn!) : store.ownPolicy(PolicyArn!),
    on: ({ store }, { PolicyArn = '*' }) => [
      { resource: PolicyArn, context: resourceTags(store.policies.get(PolicyArn)) },
    ],
  },
  {
    title: 'OpenIDConnectProvider',
    foldsCase: false,
    taggedOf: ({ store }, { OpenIDConnectProviderArn }) => oidcProvider(store, OpenIDConnectProviderArn!),
    on: (context, { OpenIDConnectProviderArn }) => onOidcProvider(context, OpenIDConnectProviderArn),
  },
];

/** The tags without those that `keys` mean; a key that `kept` spells the same way stays at its place. */
function without({ foldsCase }: TaggedRow, tags: Tags, keys: readonly string[], kept: Tags = {}): Tags {
  const fold = (key: string) => (foldsCase ? key.toLowerCase() : key);
  const gone = new Set(keys.map(fold));
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => Object.hasOwn(kept, key) || !gone.has(fold(key))),
  );
}

/** The tags that a request gives. @throws AwsError InvalidInput */
export function givenTags(given: readonly Tag[] | undefined, { foldsCase }: { foldsCase: boolean }): Tags {
  const seen = new Set<string>();
  const tags: [string, string][] = [];
  for (const { Key = '', Value = '' } of given ?? []) {
    const folded = foldsCase ? Key.toLowerCase() : Key;
    if (seen.has(folded)) {
      const note = foldsCase ? ' Please note that Tag keys are case insensitive.' : '';
      throw new AwsError('InvalidInput', `Duplicate tag keys found.${note}`);
    }
    seen.add(folded);
    tags.push([Key, Value]);
  }
  return Object.fromEntries(tags);
}

const tag = (row: TaggedRow) =>
  iamOperation<TaggedInput & { Tags: Tag[] | undefined }>({
    name: `Tag${row.title}`,
    on: (input, context) =>
      row.on(context, input).map((target) => ({
        ...target,
        context: { ...target.context, ...requestTags(input.Tags) },
      })),
    handle(context, input) {
      const tagged = row.taggedOf(context, input, 'write');
      const given = givenTags(input.Tags, row);
      const tags = { ...without(row, tagged.tags, Object.keys(given), given), ...given };
      if (Object.keys(tags).length > MAX_TAGS) {
        throw limitExceeded('The number of tags has reached the maximum limit.');
      }
      tagged.tags = tags;
    },
  });

const untag = (row: TaggedRow) =>
  iamOperation<TaggedInput & { TagKeys: string[] | undefined }>({
    name: `Untag${row.title}`,
    on: (input, context) =>
      row.on(context, input).map((target) => ({
        ...target,
        context: { ...target.context, 'aws:TagKeys': input.TagKeys },
      })),
    handle(context, input) {
      const tagged = row.taggedOf(context, input, 'write');
      tagged.tags = without(row, tagged.tags, input.TagKeys);
    },
  });

const list = (row: TaggedRow) =>
  iamOperation<TaggedInput & { Marker?: string; MaxItems?: number }>({
    name: `List${row.title}Tags`,
    on: (input, context) => row.on(context, input),
    handle(context, input) {
      const { Marker, MaxItems, ...named } = input;
      const tags = tagList(row.taggedOf(context, named, 'read').tags).sort((a, b) =>
        a.Key! < b.Key! ? -1 : 1,
      );
      const { items, more } = pageFor(
        { Marker, MaxItems },
        ['tags', row.title, named],
        tags,
        ({ Key }) => Key!,
      );
      return { Tags: items, ...more };
    },
  });

/** `TagRole`, `UntagUser`, `ListPolicyTags` and the like. */
export const tagOperations: readonly Operation<IamContext>[] = ROWS.flatMap((row) => [
  tag(row),
  untag(row),
  list(row),
]);
