/** Reads and checks the members of an IAM request, with IAM's own texts. */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import { defineQueryOperation } from '../../http/protocols/aws-query.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { IamContext } from './context.ts';
import { malformedPolicy, validationError } from './errors.ts';
import { checkIdentityPolicy } from './policy/check-document.ts';
import type { Tags, User } from './store/entities.ts';

const MAX_TAGS = 50;
const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

/** An operation of IAM. */
export function defineIamOperation(parts: {
  name: string;
  handle(context: IamContext, input: QueryInput, request: WireRequest): object;
}) {
  return defineQueryOperation<IamContext>(NAMESPACE, parts);
}

/** A member that must be there. */
export function required(input: QueryInput, member: string): string {
  const value = input[member];
  if (value === undefined) {
    throw validationError(
      `1 validation error detected: Value null at '${memberName(member)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

const memberName = (member: string) => member[0]!.toLowerCase() + member.slice(1);

/** A name of a role or user (64 characters), policy, group or instance profile (128). */
export function entityName(
  input: QueryInput,
  member: 'RoleName' | 'UserName' | 'PolicyName' | 'GroupName' | 'InstanceProfileName',
): string {
  const name = required(input, member);
  checkEntityName(name, member);
  return name;
}

/** @throws AwsError ValidationError */
export function checkEntityName(name: string, member: string): void {
  const max = member === 'RoleName' || /UserName$/.test(member) ? 64 : 128;
  if (name.length < 1 || name.length > max) {
    throw validationError(
      `1 validation error detected: Value '${name}' at '${memberName(member)}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
    );
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw validationError(
      `The specified value for ${memberName(member)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
}

/** The user named, or the one who asks. @throws AwsError NoSuchEntity, ValidationError */
export function calledUser({ store, sessions }: IamContext, input: QueryInput, request: WireRequest): User {
  const name = input['UserName'];
  if (name !== undefined) return store.user(name);
  const { arn } = sessions.identityOf(request.caller.accessKeyId);
  const own = [...store.users.values()].find((user) => user.arn === arn);
  if (!own) throw validationError('Must specify userName when calling with non-User credentials');
  return own;
}

/** `Path`, `/` when it is absent. */
export function entityPath(input: QueryInput, member: 'Path' | 'NewPath' = 'Path'): string {
  const path = input[member] ?? '/';
  if (!/^\/(?:[!-~]+\/)?$/.test(path) || path.length > 512) {
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return path;
}

/** A policy of a role, a user or its own. @throws AwsError MalformedPolicyDocument */
export function identityPolicy(input: QueryInput): string {
  const text = required(input, 'PolicyDocument');
  checkIdentityPolicy(text);
  return text;
}

/** Who may take a role: JSON text of an object with a Statement. */
export function trustPolicy(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformedPolicy('Syntax errors in policy.');
  }
  if (!('Statement' in value)) throw malformedPolicy('Syntax errors in policy.');
  refuseNotPrincipal(value.Statement);
  return text;
}

/** A trust policy names whom it trusts. @throws AwsError MalformedPolicyDocument */
function refuseNotPrincipal(statement: unknown): void {
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement];
  const having = statements.filter(isJsonObject).filter((one) => 'NotPrincipal' in one);
  if (having.some((one) => one['Effect'] === 'Allow')) {
    throw malformedPolicy('Allow with NotPrincipal is not allowed.');
  }
  if (having.length > 0) throw malformedPolicy('AssumeRole policy must not contain NotPrincipal field.');
}

/** `Tags.member.N.Key` and `.Value`; keys of roles and users that differ in case alone are the same. */
export function tagList(input: QueryInput, { foldsCase }: { foldsCase: boolean }): Tags {
  const tags: Tags = {};
  const seen = new Set<string>();
  for (let i = 1; ; i++) {
    const key = input[`Tags.member.${i}.Key`];
    if (key === undefined) break;
    const folded = foldsCase ? key.toLowerCase() : key;
    if (seen.has(folded)) {
      throw new AwsError(
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    seen.add(folded);
    tags[key] = input[`Tags.member.${i}.Value`] ?? '';
  }
  if (seen.size > MAX_TAGS) {
    throw validationError(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TAGS}`,
    );
  }
  return tags;
}

const MAX_ITEMS = 1000;
const DEFAULT_ITEMS = 100;

/** One page of `items` by `MaxItems` and `Marker`, with the members that tell how to go on. */
export function page<T>(
  input: QueryInput,
  items: readonly T[],
): { items: readonly T[]; more: { IsTruncated: boolean; Marker?: string } } {
  const size = input['MaxItems'] === undefined ? DEFAULT_ITEMS : Number(input['MaxItems']);
  if (!Number.isInteger(size) || size < 1 || size > MAX_ITEMS) {
    throw validationError(
      `1 validation error detected: Value '${input['MaxItems']}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and ${MAX_ITEMS}`,
    );
  }
  const marker = input['Marker'];
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw validationError('Invalid Marker.');
  const end = start + size;
  if (end >= items.length) return { items: items.slice(start), more: { IsTruncated: false } };
  const next = Buffer.from(String(end)).toString('base64url');
  return { items: items.slice(start, end), more: { IsTruncated: true, Marker: next } };
}
