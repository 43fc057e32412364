/** Roles of a deployment: one per function and state machine, or those that the project shares between several. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { ProjectRole } from '../project/project.ts';
import { parseText } from '../project/text-parts.ts';
import type { Account, DeploymentSpec } from './deployment-spec.ts';
import { functionStatements, type PolicyContext, stateMachineStatements } from './least-policy.ts';
import { type DeployedNames, shortRoleName } from './names.ts';
import { denying, policyDocument, type Statement, trustPolicy } from './policy-document.ts';
import type { RoleResource } from './resource.ts';

export interface PlannedRoles {
  roles: RoleResource[];
  /** By name in the project. */
  functionRoleArns: Record<string, string>;
  stateMachineRoleArns: Record<string, string>;
}

type Owner = 'functions' | 'stateMachine';

export function planRoles(spec: DeploymentSpec, account: Account, names: DeployedNames): PlannedRoles {
  const { project, artifacts, existingRoles = {} } = spec;
  const context: PolicyContext = { account, names, buckets: bucketsOf(spec, names) };
  const arnOf = (name: string) => `arn:${account.partition}:iam::${account.accountId}:role/${name}`;
  const drafts = new Map<
    string,
    { owners: Set<Owner>; statements: Statement[]; role: ProjectRole | undefined }
  >();
  /** Adds what an owner needs to the role that it uses, and answers the role's ARN. */
  const use = (owner: Owner, role: string | undefined, ownName: string, statements: Statement[]): string => {
    const existing = existingRoles[owner];
    if (existing !== undefined) return arnOf(existing);
    const name = role === undefined ? shortRoleName(ownName) : names.roles[role]!;
    const draft = drafts.get(name) ?? {
      owners: new Set<Owner>(),
      statements: [],
      role: role === undefined ? undefined : project.roles[role],
    };
    draft.owners.add(owner);
    draft.statements.push(...statements);
    drafts.set(name, draft);
    return arnOf(name);
  };
  const functionRoleArns = Object.values(project.functions).map((fn) => {
    const deployed = names.functions[fn.name]!;
    const actions = [fn.name, ...fn.layers].flatMap(
      (name) => (name === fn.name ? artifacts.functions : artifacts.layers)[name]?.actions ?? [],
    );
    const statements = functionStatements([deployed], [...new Set(actions)].sort(), context);
    return [fn.name, use('functions', fn.role, `${deployed}-function`, statements)];
  });
  const stateMachineRoleArns = Object.values(project.stateMachines).map((machine) => {
    const statements = stateMachineStatements(machine, context);
    return [
      machine.name,
      use('stateMachine', machine.role, `${names.stateMachines[machine.name]}-states`, statements),
    ];
  });
  return {
    roles: [...drafts].map(([name, { owners, statements, role }]) => ({
      kind: 'role',
      name,
      trust: trustOf(owners, account),
      ...(role && role.managedPolicies.length > 0 ? { managedPolicyArns: role.managedPolicies } : {}),
      policy: denying(
        policyOf(role, statements, context),
        [...owners].flatMap((owner) => spec.deny?.[owner] ?? []),
      ),
    })),
    functionRoleArns: Object.fromEntries(functionRoleArns),
    stateMachineRoleArns: Object.fromEntries(stateMachineRoleArns),
  };
}

function bucketsOf({ project, workBuckets = [], readBuckets = [] }: DeploymentSpec, names: DeployedNames) {
  const real = (existing: boolean) =>
    Object.values(project.buckets)
      .filter((one) => one.existing === existing)
      .map(({ name }) => names.buckets[name]!);
  return {
    own: [...new Set([...real(false), ...workBuckets])],
    read: [...new Set([...real(true), ...readBuckets])],
  };
}

function trustOf(owners: ReadonlySet<Owner>, account: Account): JsonObject {
  const services = [...owners].map((owner) => (owner === 'functions' ? 'lambda' : 'states'));
  const documents = services.map((service) => trustPolicy(`${service}.amazonaws.com`, account));
  const [first] = documents;
  if (documents.length === 1) return first!;
  return { ...first!, Statement: documents.flatMap((one) => one['Statement'] as Json[]) };
}

function policyOf(
  role: ProjectRole | undefined,
  statements: Statement[],
  context: PolicyContext,
): JsonObject {
  if (role === undefined) return policyDocument(distinctSids(statements));
  if (role.policy !== 'least') {
    const document = resolved(role.policy, context);
    const isEmpty = Array.isArray(document['Statement']) && document['Statement'].length === 0;
    return isEmpty ? policyDocument([]) : document;
  }
  const more = role.allow.map(
    ({ actions, resources }): Statement => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: [...resources],
    }),
  );
  const allowed = resolved({ Statement: more as unknown as Json[] }, context)[
    'Statement'
  ] as unknown as Statement[];
  return policyDocument(distinctSids([...statements, ...allowed]));
}

/** Of statements that several owners brought equal ones are one; a Sid stands once in a policy. */
function distinctSids(statements: readonly Statement[]): Statement[] {
  const byText = new Map(statements.map((one) => [JSON.stringify(one), one]));
  const seen = new Map<string, number>();
  return [...byText.values()].map((one) => {
    if (one.Sid === undefined) return one;
    const count = (seen.get(one.Sid) ?? 0) + 1;
    seen.set(one.Sid, count);
    return count === 1 ? one : { ...one, Sid: `${one.Sid}${count}` };
  });
}

/** Names in `${}` filled in, and the project's buckets by their real names. */
function resolved(policy: JsonObject, { names }: PolicyContext): JsonObject {
  const walk = (value: Json): Json => {
    if (typeof value === 'string') {
      // Variables of IAM, such as ${aws:username}, stay.
      const text = names.valueOf({ kind: 'text', parts: parseText(value).parts });
      return text.replace(
        /^(arn:[\w-]+:s3:::)([^/]+)/,
        (_whole, start: string, bucket: string) => `${start}${names.buckets[bucket] ?? bucket}`,
      );
    }
    if (Array.isArray(value)) return value.map(walk);
    return isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]))
      : value;
  };
  return walk(policy) as JsonObject;
}
