/** What all operations of IAM share: their definer, targets of permissions, names and pages. */
import type { Tag } from '@aws-sdk/client-iam';
import type { AwsError } from '../../../../core/errors.ts';
import { defineOperation, type Operation, type Validated } from '../../../http/operation.ts';
import { pageOf } from '../../../http/pages.ts';
import type { AuthorizedCall } from '../../../http/permission.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { IamContext } from '../context.ts';
import { validationError } from '../errors.ts';

/** What a permission concerns. */
export type Target = Pick<AuthorizedCall, 'resource' | 'context'>;

interface IamOperationParts<I> {
  name: string;
  /** All resources that the caller needs `iam:NAME` on. */
  on(input: Partial<I>, context: IamContext, request: WireRequest): readonly Target[];
  /** Permissions beside the one that carries the operation's name. */
  alsoNeeds?(input: Partial<I>, context: IamContext): readonly AuthorizedCall[];
  handle(context: IamContext, input: Validated<I>, request: WireRequest): object | undefined;
}

/** Operations that change nothing; after any other the state is saved. */
const READS = /^(?:Get|List|Simulate)/;

/** Source of actions and resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
export function iamOperation<I extends object>(parts: IamOperationParts<I>): Operation<IamContext> {
  const { name, on, alsoNeeds, handle } = parts;
  const action = `iam:${name}`;
  return defineOperation<IamContext, I>({
    name,
    permission: (input, context, request) => [
      ...on(input, context, request).map((target) => ({ action, ...target })),
      ...(alsoNeeds?.(input, context) ?? []),
    ],
    handle(context, input, request) {
      checkNames(input);
      const output = handle(context, input, request);
      if (!READS.test(name)) context.store.save();
      return output;
    },
  });
}

/** Of operations that concern no single resource. */
export const onEverything = (): readonly Target[] => [{ resource: '*' }];

/** The policy, or whatever else an ARN names; `*` while a required ARN is missing. */
export const onArn = (arn: string | undefined): readonly Target[] => [{ resource: arn ?? '*' }];

/** Condition keys of the tags of a request. */
export function requestTags(tags: readonly Tag[] | undefined): NonNullable<AuthorizedCall['context']> {
  if (!tags) return {};
  const values = tags.map(({ Key, Value }): [string, string | undefined] => [`aws:RequestTag/${Key}`, Value]);
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(({ Key }) => Key ?? '') };
}

const NAME_MEMBER = /^(?:New)?(?:Role|User|Group|InstanceProfile|Policy)Name$/;
const PATH_MEMBER = /^(?:New)?Path$/;

/**
 * IAM has sentences of its own for names and paths of wrong characters; lengths are the model's.
 * Recorded: https://github.com/aws-amplify/amplify-cli/issues/9120. @throws AwsError ValidationError
 */
function checkNames(input: object): void {
  for (const [member, value] of Object.entries(input)) {
    if (NAME_MEMBER.test(member) && !/^[\w+=,.@-]+$/.test(value)) {
      throw validationError(
        `The specified value for ${member[0]!.toLowerCase()}${member.slice(1)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
      );
    }
    if (PATH_MEMBER.test(member) && !/^\/(?:[!-~]+\/)?$/.test(value)) {
      throw validationError(
        'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
      );
    }
  }
}

interface PagedInput {
  Marker?: string | undefined;
  MaxItems?: number | undefined;
}

const DEFAULT_ITEMS = 100;
const invalidMarker = (): AwsError => validationError('Invalid Marker.');

/**
 * One page of a list, and the members that say how to go on.
 * @param list the operation with the names and filters that make the list
 * @param isAfter left out, the entries are in the order of their keys
 */
export function pageFor<T>(
  { Marker, MaxItems = DEFAULT_ITEMS }: PagedInput,
  list: readonly unknown[],
  entries: readonly T[],
  keyOf: (entry: T) => string,
  isAfter?: (entry: T, key: string) => boolean,
): { items: T[]; more: { IsTruncated: boolean; Marker?: string } } {
  const { entries: items, nextToken } = pageOf(entries, {
    list: JSON.stringify(list),
    maxResults: MaxItems,
    nextToken: Marker,
    keyOf,
    ...(isAfter ? { isAfter } : {}),
    invalidToken: invalidMarker,
  });
  return {
    items,
    more: nextToken === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: nextToken },
  };
}
