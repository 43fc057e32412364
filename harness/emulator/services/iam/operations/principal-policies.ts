/** Inline policies, attached policies and permissions boundaries: the same operations for every kind of principal. */
import type { AttachedPolicy } from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { AuthorizedCall } from '../../../http/permission.ts';
import type { IamContext } from '../context.ts';
import {
  invalidBoundary,
  limitExceeded,
  noSuchAttachment,
  noSuchBoundary,
  noSuchInlinePolicy,
  notAttachable,
  validationError,
} from '../errors.ts';
import { checkIdentityPolicy } from '../policy/check-document.ts';
import { attachedShape, encodeDocument } from '../shapes.ts';
import type { Principal } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import { type EntityKind, GROUP, onEntity, ROLE, USER } from './entity-kinds.ts';
import { iamOperation, pageFor, type Target } from './operation.ts';
import { refuseServiceLinked } from './service-linked-roles.ts';

interface PrincipalInput {
  RoleName?: string;
  UserName?: string;
  GroupName?: string;
}
interface NamedPolicyInput extends PrincipalInput {
  PolicyName: string | undefined;
}
interface PutPolicyInput extends NamedPolicyInput {
  PolicyDocument: string | undefined;
}
interface PolicyArnInput extends PrincipalInput {
  PolicyArn: string | undefined;
}
interface ListInput extends PrincipalInput {
  PathPrefix?: string;
  Marker?: string;
  MaxItems?: number;
}
interface BoundaryInput extends PrincipalInput {
  PermissionsBoundary: string | undefined;
}

/** One row: a kind of principal and its quotas. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
interface PrincipalRow {
  kind: EntityKind<Principal>;
  /** Characters of all inline policies together, white space left out. */
  maxInlineCharacters: number;
  hasBoundary: boolean;
}

const ROWS: readonly PrincipalRow[] = [
  { kind: ROLE, maxInlineCharacters: 10_240, hasBoundary: true },
  { kind: USER, maxInlineCharacters: 2048, hasBoundary: true },
  { kind: GROUP, maxInlineCharacters: 5120, hasBoundary: false },
];

const MAX_ATTACHED = 10;
const POLICY_ARN = /^arn:[\w-]+:iam::(?:\d{12}|aws):policy\/.+$/;

const nameIn = ({ kind }: PrincipalRow, input: PrincipalInput): string | undefined =>
  input[`${kind.title}Name` as keyof PrincipalInput];

/** The principal that a validated input names. @throws AwsError NoSuchEntity */
const principalOf = (row: PrincipalRow, { store }: IamContext, input: PrincipalInput): Principal =>
  row.kind.get(store, nameIn(row, input)!);

/** The same, to be changed: AWS alone changes service-linked roles. @throws AwsError NoSuchEntity, UnmodifiableEntity */
function changeable(row: PrincipalRow, context: IamContext, input: PrincipalInput): Principal {
  const principal = principalOf(row, context, input);
  if (row.kind.title === 'Role') refuseServiceLinked(principal);
  return principal;
}

/** The principal, with the boundary that it has now and further condition keys. */
function onPrincipal(
  row: PrincipalRow,
  context: IamContext,
  input: PrincipalInput,
  conditions: AuthorizedCall['context'] = {},
): Target[] {
  const name = nameIn(row, input);
  const boundary =
    name === undefined ? undefined : row.kind.entitiesOf(context.store).get(name)?.permissionsBoundary;
  return onEntity(row.kind, context, name, {
    conditions: { 'iam:PermissionsBoundary': boundary, ...conditions },
  });
}

const putPolicy = (row: PrincipalRow) =>
  iamOperation<PutPolicyInput>({
    name: `Put${row.kind.title}Policy`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      const principal = changeable(row, context, input);
      checkIdentityPolicy(input.PolicyDocument);
      const policies = { ...principal.inlinePolicies, [input.PolicyName]: input.PolicyDocument };
      const characters = Object.values(policies).reduce(
        (sum, text) => sum + text.replace(/\s/g, '').length,
        0,
      );
      if (characters > row.maxInlineCharacters) {
        throw limitExceeded(
          `Maximum policy size of ${row.maxInlineCharacters} bytes exceeded for ${row.kind.arnType} ${principal.name}`,
        );
      }
      principal.inlinePolicies = policies;
    },
  });

/** @throws AwsError NoSuchEntity */
function inlinePolicy(row: PrincipalRow, principal: Principal, name: string): string {
  const document = Object.hasOwn(principal.inlinePolicies, name) ? principal.inlinePolicies[name] : undefined;
  if (document === undefined) throw noSuchInlinePolicy(row.kind.arnType, name);
  return document;
}

const getPolicy = (row: PrincipalRow) =>
  iamOperation<NamedPolicyInput>({
    name: `Get${row.kind.title}Policy`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      const principal = principalOf(row, context, input);
      const document = inlinePolicy(row, principal, input.PolicyName);
      return {
        [`${row.kind.title}Name`]: principal.name,
        PolicyName: input.PolicyName,
        PolicyDocument: encodeDocument(document),
      };
    },
  });

const deletePolicy = (row: PrincipalRow) =>
  iamOperation<NamedPolicyInput>({
    name: `Delete${row.kind.title}Policy`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      const principal = changeable(row, context, input);
      inlinePolicy(row, principal, input.PolicyName);
      delete principal.inlinePolicies[input.PolicyName];
    },
  });

const listPolicies = (row: PrincipalRow) =>
  iamOperation<ListInput>({
    name: `List${row.kind.title}Policies`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      const { id, inlinePolicies } = principalOf(row, context, input);
      const names = Object.keys(inlinePolicies).sort();
      const { items, more } = pageFor(input, ['inline', id], names, (name) => name);
      return { PolicyNames: items, ...more };
    },
  });

const attachPolicy = (row: PrincipalRow) =>
  iamOperation<PolicyArnInput>({
    name: `Attach${row.kind.title}Policy`,
    on: (input, context) => onPrincipal(row, context, input, { 'iam:PolicyARN': input.PolicyArn }),
    handle(context, input) {
      const principal = changeable(row, context, input);
      const { PolicyArn: arn } = input;
      // Recorded: AWS leaves the text out that it could not parse.
      if (!POLICY_ARN.test(arn)) throw validationError('Invalid ARN:  Could not be parsed!');
      if (!context.store.findPolicy(arn)) throw notAttachable(arn);
      if (principal.attachedPolicyArns.includes(arn)) return undefined;
      if (principal.attachedPolicyArns.length >= MAX_ATTACHED) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPer${row.kind.title}: ${MAX_ATTACHED}`);
      }
      principal.attachedPolicyArns.push(arn);
    },
  });

const detachPolicy = (row: PrincipalRow) =>
  iamOperation<PolicyArnInput>({
    name: `Detach${row.kind.title}Policy`,
    on: (input, context) => onPrincipal(row, context, input, { 'iam:PolicyARN': input.PolicyArn }),
    handle(context, input) {
      const principal = changeable(row, context, input);
      const { PolicyArn: arn } = input;
      if (!principal.attachedPolicyArns.includes(arn)) throw noSuchAttachment(arn);
      principal.attachedPolicyArns = principal.attachedPolicyArns.filter((attached) => attached !== arn);
    },
  });

const listAttached = (row: PrincipalRow) =>
  iamOperation<ListInput>({
    name: `ListAttached${row.kind.title}Policies`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      const { id, attachedPolicyArns } = principalOf(row, context, input);
      const { PathPrefix = '/' } = input;
      const all: AttachedPolicy[] = attachedShape(attachedPolicyArns.toSorted()).filter(({ PolicyArn }) =>
        pathOf(PolicyArn!).startsWith(PathPrefix),
      );
      const { items, more } = pageFor(input, ['attached', id, PathPrefix], all, (one) => one.PolicyArn!);
      return { AttachedPolicies: items, ...more };
    },
  });

/** `/service-role/` of a policy's ARN. */
const pathOf = (arn: string): string => arn.slice(arn.indexOf(':policy/') + ':policy'.length);

/** The policy that a boundary names. @throws AwsError InvalidParameterValue, NoSuchEntity */
export function boundaryArn(store: IamStore, arn: string): string {
  if (!POLICY_ARN.test(arn)) throw invalidBoundary(arn);
  if (!store.findPolicy(arn)) throw noSuchBoundary(arn);
  return arn;
}

const putBoundary = (row: PrincipalRow) =>
  iamOperation<BoundaryInput>({
    name: `Put${row.kind.title}PermissionsBoundary`,
    on: (input, context) =>
      onPrincipal(row, context, input, { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
    handle(context, input) {
      const principal = changeable(row, context, input);
      principal.permissionsBoundary = boundaryArn(context.store, input.PermissionsBoundary);
    },
  });

const deleteBoundary = (row: PrincipalRow) =>
  iamOperation<PrincipalInput>({
    name: `Delete${row.kind.title}PermissionsBoundary`,
    on: (input, context) => onPrincipal(row, context, input),
    handle(context, input) {
      delete changeable(row, context, input).permissionsBoundary;
    },
  });

const FAMILY = [
  putPolicy,
  getPolicy,
  deletePolicy,
  listPolicies,
  attachPolicy,
  detachPolicy,
  listAttached,
] as const;

/** `PutRolePolicy`, `AttachUserPolicy`, `PutRolePermissionsBoundary` and the like. */
export const principalPolicyOperations: readonly Operation<IamContext>[] = ROWS.flatMap((row) => [
  ...FAMILY.map((define) => define(row)),
  ...(row.hasBoundary ? [putBoundary(row), deleteBoundary(row)] : []),
]);
