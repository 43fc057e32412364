/** Policies of roles and users: the same operations on either. */
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import type { IamContext } from './context.ts';
import {
  invalidArn,
  invalidBoundary,
  limitExceeded,
  noSuchAttachment,
  noSuchBoundary,
  noSuchInlinePolicy,
  notAttachable,
} from './errors.ts';
import { defineIamOperation, entityName, identityPolicy, page, required } from './parameters.ts';
import { attachedShape, encodeDocument } from './shapes.ts';
import type { Principal } from './store/entities.ts';

export type PrincipalKind = 'Role' | 'User' | 'Group';

const MAX_ATTACHED = 10;
const POLICY_ARN = /^arn:[\w-]+:iam::(?:\d{12}|aws):policy\/.+$/;
/** Characters of all inline policies together, white space left out. */
const MAX_INLINE: { readonly [kind in PrincipalKind]: number } = {
  Role: 10_240,
  User: 2048,
  Group: 5120,
};

function principalOf(kind: PrincipalKind, { store }: IamContext, input: QueryInput): Principal {
  const name = required(input, `${kind}Name`);
  if (kind === 'Role') return store.role(name);
  return kind === 'User' ? store.user(name) : store.group(name);
}

export const attachPolicy = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Attach${kind}Policy`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      const arn = required(input, 'PolicyArn');
      if (!POLICY_ARN.test(arn)) throw invalidArn(arn);
      if (!context.store.findPolicy(arn)) throw notAttachable(arn);
      if (!principal.attachedPolicyArns.includes(arn)) {
        if (principal.attachedPolicyArns.length >= MAX_ATTACHED) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${MAX_ATTACHED}`);
        }
        principal.attachedPolicyArns.push(arn);
      }
      context.store.save();
      return {};
    },
  });

export const detachPolicy = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Detach${kind}Policy`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      const arn = required(input, 'PolicyArn');
      if (!principal.attachedPolicyArns.includes(arn)) throw noSuchAttachment(arn);
      principal.attachedPolicyArns = principal.attachedPolicyArns.filter((attached) => attached !== arn);
      context.store.save();
      return {};
    },
  });

export const listAttachedPolicies = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `ListAttached${kind}Policies`,
    handle(context, input) {
      const { items, more } = page(input, principalOf(kind, context, input).attachedPolicyArns);
      return { AttachedPolicies: attachedShape(items), ...more };
    },
  });

export const putInlinePolicy = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Put${kind}Policy`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      const name = entityName(input, 'PolicyName');
      const document = identityPolicy(input);
      const all = Object.values({ ...principal.inlinePolicies, [name]: document });
      const characters = all.reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
      if (characters > MAX_INLINE[kind]) {
        throw limitExceeded(
          `Maximum policy size of ${MAX_INLINE[kind]} bytes exceeded for ${kind.toLowerCase()} ${principal.name}`,
        );
      }
      principal.inlinePolicies[name] = document;
      context.store.save();
      return {};
    },
  });

export const getInlinePolicy = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Get${kind}Policy`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      const name = required(input, 'PolicyName');
      const document = principal.inlinePolicies[name];
      if (document === undefined) throw noSuchInlinePolicy(kind, name);
      return {
        [`${kind}Name`]: principal.name,
        PolicyName: name,
        PolicyDocument: encodeDocument(document),
      };
    },
  });

export const deleteInlinePolicy = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Delete${kind}Policy`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      const name = required(input, 'PolicyName');
      if (principal.inlinePolicies[name] === undefined) throw noSuchInlinePolicy(kind, name);
      delete principal.inlinePolicies[name];
      context.store.save();
      return {};
    },
  });

export const listInlinePolicies = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `List${kind}Policies`,
    handle(context, input) {
      const { inlinePolicies } = principalOf(kind, context, input);
      const { items, more } = page(input, Object.keys(inlinePolicies).sort());
      return { PolicyNames: { member: items }, ...more };
    },
  });

/** The policy a boundary names. @throws AwsError InvalidParameterValue, NoSuchEntity */
export function boundaryArn(store: IamContext['store'], input: QueryInput): string {
  const arn = required(input, 'PermissionsBoundary');
  if (!POLICY_ARN.test(arn)) throw invalidBoundary(arn);
  if (!store.findPolicy(arn)) throw noSuchBoundary(arn);
  return arn;
}

/** `PutRolePermissionsBoundary` and the user's. */
export const putBoundary = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Put${kind}PermissionsBoundary`,
    handle(context, input) {
      const principal = principalOf(kind, context, input);
      principal.permissionsBoundary = boundaryArn(context.store, input);
      context.store.save();
      return {};
    },
  });

export const deleteBoundary = (kind: PrincipalKind) =>
  defineIamOperation({
    name: `Delete${kind}PermissionsBoundary`,
    handle(context, input) {
      delete principalOf(kind, context, input).permissionsBoundary;
      context.store.save();
      return {};
    },
  });
