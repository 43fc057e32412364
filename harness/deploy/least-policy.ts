/**
 * Least policies: what functions may do, derived from the operations that their code calls, and what state machines
 * may, derived from their definitions; on resources of the project alone wherever IAM lets resources be named.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
import { actionsOfOperation } from '../artifacts/aws-calls.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { ProjectStateMachine } from '../project/project.ts';
import type { Account } from './deployment-spec.ts';
import type { DeployedNames } from './names.ts';
import type { Statement } from './policy-document.ts';

export interface PolicyContext {
  account: Account;
  names: DeployedNames;
  /** Real names of buckets that are written and read, and of those that are only read. */
  buckets: { own: readonly string[]; read: readonly string[] };
}

/** A function: its own logs, and what its code calls. */
export function functionStatements(
  functionNames: readonly string[],
  actions: readonly string[],
  context: PolicyContext,
): Statement[] {
  const { partition, region, accountId } = context.account;
  return [
    {
      Sid: 'WriteOwnLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: functionNames.map(
        (name) => `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${name}:*`,
      ),
    },
    ...statementsFor(actions, context),
  ];
}

/** A state machine: the functions and machines that it names, its Map Runs, and the operations of its states. */
export function stateMachineStatements(machine: ProjectStateMachine, context: PolicyContext): Statement[] {
  const { names, account } = context;
  const used = usesOf(machine.definition);
  const referenced = (kind: 'function' | 'state-machine') =>
    Object.values(machine.substitutions).flatMap((one) => (one.kind === kind ? [one.name] : []));
  const functions =
    referenced('function').length > 0
      ? referenced('function')
      : used.invokes
        ? Object.keys(names.functions)
        : [];
  const machines =
    referenced('state-machine').length > 0
      ? referenced('state-machine')
      : used.starts
        ? Object.keys(names.stateMachines)
        : [];
  const functionArns = [...new Set(functions)].map((name) => names.functionArns[name]!);
  const statements: Statement[] = [];
  const allow = (Sid: string, Action: string[], Resource: string[] | string) => {
    if (Resource.length > 0) statements.push({ Sid, Effect: 'Allow', Action, Resource });
  };
  allow(
    'InvokeFunctions',
    ['lambda:InvokeFunction'],
    functionArns.flatMap((arn) => [arn, `${arn}:*`]),
  );
  const nested = [...new Set(machines)];
  allow(
    'StartExecutions',
    used.startsSync ? ['states:StartExecution', 'states:StartSyncExecution'] : ['states:StartExecution'],
    nested.flatMap((name) => [names.stateMachineArns[name]!, `${names.stateMachineArns[name]}:*`]),
  );
  if (used.waitsForExecutions) {
    allow(
      'FollowExecutions',
      ['states:DescribeExecution', 'states:StopExecution'],
      nested.map((name) => executionsOf(names.stateMachineArns[name]!)),
    );
    // https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
    allow(
      'ManageRule',
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [
        `arn:${account.partition}:events:${account.region}:${account.accountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
      ],
    );
  }
  if (used.mapRuns) {
    const own = names.stateMachineArns[machine.name]!;
    allow('StartMapRuns', ['states:StartExecution'], [own]);
    const executions = executionsOf(own).replace(/:\*$/, '');
    allow(
      'FollowMapRuns',
      ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
      [`${executions}/*`, `${executions}:*`, `${executions.replace(':execution:', ':express:')}/*`],
    );
  }
  if (machine.logging.level !== 'OFF') allow('DeliverLogs', LOG_DELIVERY, '*');
  return [...statements, ...statementsFor([...used.actions].sort(), context)];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const executionsOf = (machineArn: string) => `${machineArn.replace(':stateMachine:', ':execution:')}:*`;

const BUCKET_ACTIONS = new Set(['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation']);
const READ_ACTIONS = /^s3:(?:Get|List)/;

/** Statements with the project's resources, as far as an action of that service knows some. */
function statementsFor(actions: readonly string[], { account, names, buckets }: PolicyContext): Statement[] {
  const bucketArn = (name: string) => `arn:${account.partition}:s3:::${name}`;
  const every = [...new Set([...buckets.own, ...buckets.read])];
  const resourcesOf = (action: string): string[] => {
    if (action.startsWith('s3:')) {
      const those = READ_ACTIONS.test(action) ? every : buckets.own;
      return BUCKET_ACTIONS.has(action) ? those.map(bucketArn) : those.map((name) => `${bucketArn(name)}/*`);
    }
    if (action === 'lambda:InvokeFunction')
      return Object.values(names.functionArns).flatMap((arn) => [arn, `${arn}:*`]);
    if (/^states:(?:StartExecution|StartSyncExecution|ListExecutions)$/.test(action))
      return Object.values(names.stateMachineArns).flatMap((arn) => [arn, `${arn}:*`]);
    if (/^states:(?:Describe|Stop|Get|Redrive)Execution/.test(action))
      return Object.values(names.stateMachineArns).map(executionsOf);
    if (action === 'states:GetActivityTask') return Object.values(names.activityArns);
    return ['*'];
  };
  const grouped = new Map<string, Statement>();
  for (const action of actions) {
    const resources = resourcesOf(action);
    if (resources.length === 0) continue;
    const Sid = sidOf(action);
    const known = grouped.get(Sid);
    if (known) known.Action.push(action);
    else grouped.set(Sid, { Sid, Effect: 'Allow', Action: [action], Resource: resources });
  }
  return [...grouped.values()];
}

/** Actions of one name have the same resources. */
function sidOf(action: string): string {
  const [service = '', operation = ''] = action.split(':');
  if (BUCKET_ACTIONS.has(action)) return 'ListBuckets';
  if (service === 's3') return READ_ACTIONS.test(action) ? 'ReadObjects' : 'WriteObjects';
  if (service === 'lambda') return 'CallFunctions';
  if (service === 'states') {
    if (/^(?:Describe|Stop|Get|Redrive)Execution/.test(operation)) return 'ReadExecutions';
    if (/^(?:Start|List)/.test(operation)) return 'UseStateMachines';
    return operation === 'GetActivityTask' ? 'WorkOnActivities' : 'AnswerTasks';
  }
  return `Use${service[0]!.toUpperCase()}${service.slice(1).replace(/[^A-Za-z0-9]/g, '')}`;
}

interface Uses {
  invokes: boolean;
  starts: boolean;
  startsSync: boolean;
  waitsForExecutions: boolean;
  mapRuns: boolean;
  actions: Set<string>;
}

/** Services whose IAM prefix is not the name in an `aws-sdk` integration. */
const PREFIXES: Readonly<Record<string, string>> = {
  sfn: 'states',
  cloudwatchlogs: 'logs',
  eventbridge: 'events',
};

function usesOf(definition: JsonObject): Uses {
  const uses: Uses = {
    invokes: false,
    starts: false,
    startsSync: false,
    waitsForExecutions: false,
    mapRuns: false,
    actions: new Set(),
  };
  const walk = (value: Json): void => {
    if (Array.isArray(value)) for (const member of value) walk(member);
    if (!isJsonObject(value)) return;
    if (typeof value['Resource'] === 'string') noteResource(value['Resource'], uses);
    const config = value['ProcessorConfig'];
    if (isJsonObject(config) && config['Mode'] === 'DISTRIBUTED') uses.mapRuns = true;
    if (isJsonObject(value['ResultWriter']) && value['Type'] === 'Map')
      for (const action of [
        's3:PutObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:AbortMultipartUpload',
      ])
        uses.actions.add(action);
    for (const member of Object.values(value)) walk(member);
  };
  walk(definition);
  return uses;
}

function noteResource(resource: string, uses: Uses): void {
  const match = /^arn:[^:]*:states:::(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(\.sync|\.waitForTaskToken)?/.exec(
    resource,
  );
  if (!match) return;
  const [, sdk, service = '', operation = '', pattern] = match;
  if (service === 'lambda' && operation === 'invoke') uses.invokes = true;
  else if (sdk === undefined && service === 'states') {
    uses.starts = true;
    if (pattern === '.sync') uses.waitsForExecutions = true;
  } else {
    const name = `${operation[0]!.toUpperCase()}${operation.slice(1)}`;
    if (service === 'sfn' && /^Start(?:Sync)?Execution$/.test(name)) uses.starts = uses.startsSync = true;
    for (const action of actionsOfOperation(PREFIXES[service] ?? service, name)) uses.actions.add(action);
  }
}
