/**
 * Tags of entities: the same operations on each. Keys of roles and users that differ in case alone are the same, the
 * last spelling is kept; keys of policies and instance profiles are not. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
import { type QueryInput, queryList } from '../../http/protocols/aws-query.ts';
import type { IamContext } from './context.ts';
import { limitExceeded } from './errors.ts';
import { defineIamOperation, page, required, tagList } from './parameters.ts';
import { tagMembers } from './shapes.ts';
import type { Tags } from './store/entities.ts';

type TaggedKind = 'Role' | 'User' | 'Policy' | 'InstanceProfile';

const MAX_TAGS = 50;

function tagsOf(kind: TaggedKind, { store }: IamContext, input: QueryInput, reads = false): Tags {
  if (kind === 'Policy') {
    const arn = required(input, 'PolicyArn');
    return (reads ? store.policy(arn) : store.ownPolicy(arn)).tags;
  }
  const name = required(input, `${kind}Name`);
  if (kind === 'Role') return store.role(name).tags;
  return kind === 'User' ? store.user(name).tags : store.instanceProfile(name).tags;
}

const foldsCase = (kind: TaggedKind) => kind === 'Role' || kind === 'User';

/** The key of `tags` that `key` means. */
const spelling = (kind: TaggedKind, tags: Tags, key: string) =>
  Object.keys(tags).find((one) => (foldsCase(kind) ? one.toLowerCase() === key.toLowerCase() : one === key));

export const tagEntity = (kind: TaggedKind) =>
  defineIamOperation({
    name: `Tag${kind}`,
    handle(context, input) {
      const tags = tagsOf(kind, context, input);
      const given = tagList(input, { foldsCase: foldsCase(kind) });
      const fresh = Object.keys(given).filter((key) => spelling(kind, tags, key) === undefined).length;
      if (Object.keys(tags).length + fresh > MAX_TAGS) {
        throw limitExceeded(`The number of tags has reached the maximum limit: ${MAX_TAGS}`);
      }
      for (const [key, value] of Object.entries(given)) {
        const before = spelling(kind, tags, key);
        if (before !== undefined && before !== key) delete tags[before];
        tags[key] = value;
      }
      context.store.save();
      return {};
    },
  });

export const untagEntity = (kind: TaggedKind) =>
  defineIamOperation({
    name: `Untag${kind}`,
    handle(context, input) {
      const tags = tagsOf(kind, context, input);
      for (const key of queryList(input, 'TagKeys')) {
        const before = spelling(kind, tags, key);
        if (before !== undefined) delete tags[before];
      }
      context.store.save();
      return {};
    },
  });

export const listEntityTags = (kind: TaggedKind) =>
  defineIamOperation({
    name: `List${kind}Tags`,
    handle(context, input) {
      const { items, more } = page(input, Object.entries(tagsOf(kind, context, input, true)));
      return { Tags: tagMembers(Object.fromEntries(items)), ...more };
    },
  });
