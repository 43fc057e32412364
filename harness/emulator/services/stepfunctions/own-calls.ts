/**
 * What a state machine does with its own role: the calls of Map Runs and of tasks on this service, asked of the
 * role's policies. Without permissions in the neighbourhood everything is allowed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
import { AwsError } from '../../../core/errors.ts';
import { uuid } from '../../../core/ids.ts';
import { permittedObjects } from '../permitted-objects.ts';
import type { AuthorizedCall, ObjectsPort } from '../ports.ts';
import { accessDeniedException } from '../role-guard.ts';
import type { StepFunctionsContext } from './context.ts';
import { exceptionName, javaSdk1Cause } from './integrations/integration.ts';
import type { MapRun } from './store/execution.ts';

/** S3 as the role may use it. */
export function objectsOf({ neighbours }: StepFunctionsContext, roleArn: string): ObjectsPort {
  const { objects, permissions } = neighbours;
  return permissions ? permittedObjects(objects, permissions, { roleArn }) : objects;
}

/** @throws AwsError AccessDeniedException when the role's policies do not allow the call */
export function authorize(context: StepFunctionsContext, roleArn: string, call: AuthorizedCall): void {
  const refusal = context.neighbours.permissions?.refusal({ roleArn }, call);
  if (refusal !== undefined) throw accessDeniedException(400)(refusal);
}

/** Why a Map Run may not start its children; nothing when it may. */
export function mapRunRefusal(
  context: StepFunctionsContext,
  { parent }: MapRun,
): { error: string; cause: string } | undefined {
  const { machine, revision } = parent;
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
  throw accessDeniedException(400)(
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  );
}
