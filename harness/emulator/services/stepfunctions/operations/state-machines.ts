import type {
  CreateStateMachineCommandInput,
  DeleteStateMachineCommandInput,
  UpdateStateMachineCommandInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import { parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import {
  AWS_OWNED_KEY,
  checkLogging,
  compiled,
  encryptionOf,
  LOGGING_OFF,
  loggingOf,
} from '../definitions.ts';
import { stateMachineDeleting, validationError } from '../errors.ts';
import { checkName } from '../names.ts';
import { STATES_PRINCIPAL, statesCall } from '../operation.ts';
import { checkLogDelivery, checkManagedRules, checkRole } from '../own-calls.ts';
import { seconds } from '../render/seconds.ts';
import { isOpen } from '../store/execution.ts';
import type { EncryptionConfiguration, LoggingConfiguration, StateMachine } from '../store/machine.ts';
import { tagMap } from '../tags.ts';
import { publishVersion, versionArn } from '../versions.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export const createStateMachine = defineOperation<StepFunctionsContext, CreateStateMachineCommandInput>({
  name: 'CreateStateMachine',
  permission: ({ name = '*', roleArn }, { arns }) => [
    statesCall('CreateStateMachine', arns.stateMachine(name)),
    ...passRole(roleArn, STATES_PRINCIPAL),
  ],
  handle(context, input) {
    const { definition, roleArn, type = 'STANDARD', publish = false, versionDescription } = input;
    const name = checkName(input.name);
    if (versionDescription !== undefined && !publish)
      throw validationError('Version description can only be set when publish is true');
    const logging = loggingOf(input.loggingConfiguration) ?? LOGGING_OFF;
    const tracingEnabled = input.tracingConfiguration?.enabled ?? false;
    const encryption = encryptionOf(input.encryptionConfiguration) ?? AWS_OWNED_KEY;
    checkLogging(logging, context.neighbours.logs);
    const program = compiled(definition, type, context.env.limits.sfnDefinitionBytes);
    const arn = context.arns.stateMachine(name);
    checkRole(context, roleArn, arn);
    checkManagedRules(context, roleArn, program);
    checkLogDelivery(context, roleArn, logging);
    let machine = context.machines.find(arn);
    if (machine) checkSame(machine, { definition, type, logging, tracingEnabled, encryption });
    else {
      const createdAtMs = context.env.clock.nowMs();
      machine = {
        name,
        arn,
        type,
        createdAtMs,
        status: 'ACTIVE',
        current: { definition, roleArn, logging, tracingEnabled, encryption, createdAtMs, program },
        nextVersion: 1,
        versions: new Map(),
        aliases: new Map(),
        tags: tagMap(input.tags),
      };
    }
    const version = publish ? publishVersion(context, machine, versionDescription) : undefined;
    if (version || context.machines.find(arn) === undefined) context.machines.save(machine);
    return {
      stateMachineArn: arn,
      creationDate: seconds(machine.createdAtMs),
      ...(version ? { stateMachineVersionArn: versionArn(machine, version) } : {}),
    };
  },
});

/** The same request again is answered again; anything else of that name is refused. */
function checkSame(
  machine: StateMachine,
  input: {
    definition: string;
    type: string;
    logging: LoggingConfiguration;
    tracingEnabled: boolean;
    encryption: EncryptionConfiguration;
  },
): void {
  if (machine.status === 'DELETING') throw stateMachineDeleting(machine.arn);
  const { definition, logging, tracingEnabled, encryption } = machine.current;
  const same =
    definition === input.definition &&
    machine.type === input.type &&
    tracingEnabled === input.tracingEnabled &&
    JSON.stringify([logging, encryption]) === JSON.stringify([input.logging, input.encryption]);
  if (!same)
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html */
export const updateStateMachine = defineOperation<StepFunctionsContext, UpdateStateMachineCommandInput>({
  name: 'UpdateStateMachine',
  permission: ({ stateMachineArn, roleArn }) => [
    statesCall('UpdateStateMachine', stateMachineArn),
    ...passRole(roleArn, STATES_PRINCIPAL),
  ],
  handle(context, input) {
    const { definition, roleArn, publish = false, versionDescription } = input;
    const logging = loggingOf(input.loggingConfiguration);
    const tracingEnabled = input.tracingConfiguration?.enabled;
    const encryption = encryptionOf(input.encryptionConfiguration);
    const machine = context.machines.get(input.stateMachineArn);
    if (machine.status === 'DELETING') throw stateMachineDeleting(machine.arn);
    if ([definition, roleArn, logging, tracingEnabled, encryption].every((member) => member === undefined))
      throw new AwsError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    if (versionDescription !== undefined && !publish)
      throw validationError('Version description can only be set when publish is true');
    if (logging) checkLogging(logging, context.neighbours.logs);
    if (roleArn !== undefined) checkRole(context, roleArn, machine.arn);
    const { current } = machine;
    if (logging) checkLogDelivery(context, roleArn ?? current.roleArn, logging);
    const next = {
      definition: definition ?? current.definition,
      roleArn: roleArn ?? current.roleArn,
      logging: logging ?? current.logging,
      tracingEnabled: tracingEnabled ?? current.tracingEnabled,
      encryption: encryption ?? current.encryption,
    };
    const changed =
      next.definition !== current.definition ||
      next.roleArn !== current.roleArn ||
      next.tracingEnabled !== current.tracingEnabled ||
      JSON.stringify([next.logging, next.encryption]) !==
        JSON.stringify([current.logging, current.encryption]);
    const updatedAtMs = context.env.clock.nowMs();
    if (changed) {
      const program =
        next.definition === current.definition
          ? current.program
          : compiled(next.definition, machine.type, context.env.limits.sfnDefinitionBytes);
      checkManagedRules(context, next.roleArn, program);
      machine.current = { ...next, revisionId: uuid(context.env.random), createdAtMs: updatedAtMs, program };
    }
    const version = publish ? publishVersion(context, machine, versionDescription, true) : undefined;
    context.machines.save(machine);
    return {
      updateDate: seconds(updatedAtMs),
      ...(machine.current.revisionId === undefined ? {} : { revisionId: machine.current.revisionId }),
      ...(version ? { stateMachineVersionArn: versionArn(machine, version) } : {}),
    };
  },
});

/**
 * Running executions end with the machine; one that does not exist is deleted already.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
export const deleteStateMachine = defineOperation<StepFunctionsContext, DeleteStateMachineCommandInput>({
  name: 'DeleteStateMachine',
  permission: ({ stateMachineArn }) => [statesCall('DeleteStateMachine', stateMachineArn)],
  handle(context, { stateMachineArn }) {
    const { qualifier } = parseMachineArn(stateMachineArn);
    const machine = qualifier === undefined ? context.machines.find(stateMachineArn) : undefined;
    if (!machine) return {};
    context.machines.remove(machine);
    machine.status = 'DELETING';
    for (const execution of context.executions.ofMachine(machine.arn))
      if (isOpen(execution)) context.engine.handleOf(execution)?.stop();
    context.coverage.delete(machine.arn);
    return {};
  },
});
