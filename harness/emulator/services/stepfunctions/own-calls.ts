/**
 * What a state machine does with its own role: the calls of Map Runs and of tasks on this service, asked of the
 * role's policies. Without permissions in the neighbourhood everything is allowed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
import type { Program } from '../../../asl/program.ts';
import { AwsError } from '../../../core/errors.ts';
import { uuid } from '../../../core/ids.ts';
import { permittedObjects } from '../permitted-objects.ts';
import type { AuthorizedCall, ObjectsPort } from '../ports.ts';
import type { StepFunctionsContext } from './context.ts';
import { accessDenied } from './errors.ts';
import { exceptionName, javaSdk1Cause } from './integrations/integration.ts';
import { logGroupName } from './log-group-name.ts';
import type { Execution } from './store/execution.ts';
import type { LoggingConfiguration } from './store/machine.ts';

/** S3 as the role may use it. */
export function objectsOf({ neighbours }: StepFunctionsContext, roleArn: string): ObjectsPort {
  const { objects, permissions } = neighbours;
  return permissions ? permittedObjects(objects, permissions, { roleArn }) : objects;
}

/** @throws AwsError AccessDeniedException when the role's policies do not allow the call */
export function authorize(context: StepFunctionsContext, roleArn: string, call: AuthorizedCall): void {
  const refusal = context.neighbours.permissions?.refusal({ roleArn }, call);
  if (refusal !== undefined) throw accessDenied(refusal);
}

/** Why a Map Run may not start its children; nothing when it may. */
export function mapRunRefusal(
  context: StepFunctionsContext,
  { machine, revision }: Execution,
): { error: string; cause: string } | undefined {
  try {
    authorize(context, revision.roleArn, { action: 'states:StartExecution', resource: machine.arn });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return {
      error: exceptionName('StepFunctions', error.code),
      cause: javaSdk1Cause('AWSStepFunctions', error, uuid(context.env.random)),
    };
  }
}

/** @throws AwsError AccessDeniedException when Step Functions cannot take the machine's role */
export function checkRole({ neighbours }: StepFunctionsContext, roleArn: string, machineArn: string): void {
  const by = { service: 'states.amazonaws.com', sourceArn: machineArn };
  if (!neighbours.permissions?.refusesTrust(roleArn, by)) return;
  throw accessDenied(
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  );
}

/** What the machine's role must be allowed on the rules by which Step Functions learns of the end of `.sync` jobs. */
const MANAGED_RULE_ACTIONS = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

/** The rules by the service of the `.sync` resource. */
const MANAGED_RULES: { readonly [service: string]: string } = {
  batch: 'StepFunctionsGetEventsForBatchJobsRule',
  codebuild: 'StepFunctionsGetEventForCodeBuildStartBuildRule',
  ecs: 'StepFunctionsGetEventsForECSTaskRule',
  elasticmapreduce: 'StepFunctionsGetEventForEMRAddJobFlowStepsRule',
  states: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
};

const SYNC_RESOURCE = /"arn:[^":]+:states:::([a-z-]+):[A-Za-z]+\.sync(?::2)?"/g;

/**
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies
 * @throws AwsError AccessDeniedException when the role may not create the rules that the definition needs
 */
export function checkManagedRules(context: StepFunctionsContext, roleArn: string, { text }: Program): void {
  const { permissions } = context.neighbours;
  if (!permissions) return;
  const { region, accountId } = context.env;
  for (const [, service = ''] of text.matchAll(SYNC_RESOURCE)) {
    const rule = MANAGED_RULES[service];
    if (rule === undefined) continue;
    const resource = `arn:aws:events:${region}:${accountId}:rule/${rule}`;
    const refused = MANAGED_RULE_ACTIONS.some(
      (action) => permissions.refusal({ roleArn }, { action, resource }) !== undefined,
    );
    if (refused) throw accessDenied(`'${roleArn}' is not authorized to create managed-rule.`);
  }
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const VALIDATION_STREAM = 'log_stream_created_by_aws_to_validate_log_delivery_subscriptions';

/**
 * Opens the delivery of logs: the role must be allowed to, and a stream shows that it works.
 * @throws AwsError AccessDeniedException
 */
export function checkLogDelivery(
  context: StepFunctionsContext,
  roleArn: string,
  { level, destinations = [] }: LoggingConfiguration,
): void {
  if (level === 'OFF') return;
  const { permissions, logs } = context.neighbours;
  const refused = LOG_DELIVERY_ACTIONS.some(
    (action) => permissions?.refusal({ roleArn }, { action, resource: '*' }) !== undefined,
  );
  if (refused)
    throw accessDenied('The state machine IAM Role is not authorized to access the Log Destination');
  for (const { cloudWatchLogsLogGroup } of destinations)
    logs.append(logGroupName(cloudWatchLogsLogGroup.logGroupArn), VALIDATION_STREAM, [
      {
        timestampMs: context.env.clock.nowMs(),
        message:
          'Permissions are set correctly to allow AWS CloudWatch Logs to write into your logs while creating a subscription.',
      },
    ]);
}
