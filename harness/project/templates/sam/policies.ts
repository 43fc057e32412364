/**
 * Roles that AWS SAM makes for functions and state machines.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../core/json.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { packageRoot } from '../../../core/package-root.ts';
import type { Path } from '../../../document/source.ts';
import { isGroup } from '../value.ts';
import type { SamContext, SamResource } from './expand-resource.ts';

interface PolicyTemplate {
  parameters: readonly string[];
  statement: Json[];
}

const FILE = 'harness/project/templates/sam/policy-templates.json';

/** Read when the first template asks for one: other projects start without it. */
let loaded: Readonly<Record<string, PolicyTemplate>> | undefined;
function policyTemplates(): Readonly<Record<string, PolicyTemplate>> {
  if (loaded === undefined) {
    const text = readFileSync(join(packageRoot(), FILE), 'utf8');
    loaded = (JSON.parse(text) as { templates: Record<string, PolicyTemplate> }).templates;
  }
  return loaded;
}

export interface RoleRequest {
  /** `lambda.amazonaws.com` */
  service: string;
  /** Names of managed policies that every role of this kind has. */
  managed: readonly string[];
  /** Further statements. */
  statements?: readonly JsonObject[];
}

/** The role `<id>Role` of a function or state machine, from its Policies. */
export function samRole(resource: SamResource, request: RoleRequest, context: SamContext): JsonObject {
  const { properties, path, logicalId, attributes } = resource;
  const inline: JsonObject[] = [];
  const managed: Json[] = request.managed.map(managedPolicyArn);
  const add = (document: JsonObject) =>
    inline.push({ PolicyName: `${logicalId}RolePolicy${inline.length}`, PolicyDocument: document });
  if (request.statements && request.statements.length > 0) add(document([...request.statements]));
  const given = properties['Policies'];
  for (const [index, policy] of (Array.isArray(given) ? given : given === undefined ? [] : [given]).entries())
    addPolicy(policy, [...path, 'Properties', 'Policies', index], { add, managed, context });
  return {
    Type: 'AWS::IAM::Role',
    ...attributes,
    Properties: {
      AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'] ?? {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: [request.service] }, Action: ['sts:AssumeRole'] },
        ],
      },
      ManagedPolicyArns: managed,
      Policies: inline,
      ...(properties['PermissionsBoundary'] === undefined
        ? {}
        : { PermissionsBoundary: properties['PermissionsBoundary'] }),
      ...(properties['RolePath'] === undefined ? {} : { Path: properties['RolePath'] }),
    },
  };
}

interface Policies {
  add(document: JsonObject): void;
  managed: Json[];
  context: SamContext;
}

function addPolicy(policy: Json, path: Path, policies: Policies): void {
  const { add, managed, context } = policies;
  if (typeof policy === 'string') managed.push(managedPolicyArn(policy));
  else if (!isGroup(policy))
    context.evaluation.report(path, 'a policy is a name, a document or a policy template');
  else if ('Statement' in policy) add({ Version: '2012-10-17', ...policy });
  else if (Array.isArray(policy['Fn::If'])) addConditional(policy['Fn::If'], path, policies);
  else if (Object.keys(policy).some((key) => key === 'Ref' || key.startsWith('Fn::'))) {
    if (policy['Ref'] !== 'AWS::NoValue') managed.push(policy);
  } else
    for (const [name, parameters] of Object.entries(policy)) addTemplate(name, parameters, path, policies);
}

/** The branch that holds: a policy template must be known before the role is. */
function addConditional(argument: Json[], path: Path, policies: Policies): void {
  const [condition, then, otherwise] = argument;
  const holds = typeof condition === 'string' ? policies.context.evaluation.condition(condition) : undefined;
  if (holds === undefined) {
    policies.context.evaluation.report(
      path,
      `names the condition ${String(condition)}, which the template does not have`,
    );
    return;
  }
  const branch = holds ? then : otherwise;
  if (branch !== undefined) addPolicy(branch, path, policies);
}

function addTemplate(name: string, given: Json, path: Path, { add, context }: Policies): void {
  const template = policyTemplates()[name];
  if (!template) {
    const near = nearestName(name, Object.keys(policyTemplates()));
    context.evaluation.report(path, `there is no policy template ${name}`, near && `did you mean ${near}?`);
    return;
  }
  const parameters = isGroup(given) ? given : {};
  const missing = template.parameters.filter((one) => parameters[one] === undefined);
  for (const one of missing)
    context.evaluation.report([...path, name], `the policy template ${name} needs ${one}`);
  for (const parameter of Object.keys(parameters))
    if (!template.parameters.includes(parameter))
      context.evaluation.report(
        [...path, name, parameter],
        `the policy template ${name} has no parameter ${parameter}`,
        `it has ${template.parameters.join(', ') || 'none'}`,
      );
  if (missing.length === 0)
    add(document(template.statement.map((one) => filled(one, parameters) as JsonObject)));
}

function filled(value: Json, parameters: JsonObject): Json {
  if (Array.isArray(value)) return value.map((one) => filled(one, parameters));
  if (!isGroup(value)) return value;
  const name = value['Ref'];
  if (typeof name === 'string' && parameters[name] !== undefined) return parameters[name];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, parameters)]));
}

const document = (statements: JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement: statements });

/** Paths of managed policies are part of their ARN; those for service roles lie below `service-role`. */
const SERVICE_ROLE =
  /^(?:AWSLambda(?:BasicExecutionRole|VPCAccessExecutionRole|DynamoDBExecutionRole|KinesisExecutionRole|SQSQueueExecutionRole|MSKExecutionRole|ENIManagementAccess|Role)|AWSStepFunctions.*Role|AmazonAPIGatewayPushToCloudWatchLogs|AWSGlueServiceRole|AmazonECSTaskExecutionRolePolicy|AWSBatchServiceRole)$/;

function managedPolicyArn(name: string): Json {
  if (name.startsWith('arn:')) return name;
  const path = name.includes('/') || !SERVICE_ROLE.test(name) ? name : `service-role/${name}`;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${path}` };
}
