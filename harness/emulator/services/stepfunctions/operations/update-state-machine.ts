import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { checkLogging, compiled, readEncryption, readLogging } from '../definitions.ts';
import { stateMachineDeleting, validationError } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { checkRole } from '../own-calls.ts';
import { seconds } from '../render/seconds.ts';
import { publishVersion, versionArn } from '../versions.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html */
export const updateStateMachine = statesOperation({
  name: 'UpdateStateMachine',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    definition: members.optionalText('definition', { min: 1 }),
    roleArn: members.optionalText('roleArn', { min: 1, max: 256 }),
    logging: readLogging(members),
    tracingEnabled: members.optionalObject('tracingConfiguration')?.optionalBoolean('enabled'),
    encryption: readEncryption(members),
    publish: members.optionalBoolean('publish') ?? false,
    versionDescription: members.optionalText('versionDescription', { max: 256 }),
  }),
  handle(context, input) {
    const { definition, roleArn, logging, tracingEnabled, encryption } = input;
    const machine = context.machines.get(input.stateMachineArn);
    if (machine.status === 'DELETING') throw stateMachineDeleting(machine.arn);
    if ([definition, roleArn, logging, tracingEnabled, encryption].every((member) => member === undefined))
      throw new AwsError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    if (input.versionDescription !== undefined && !input.publish)
      throw validationError('Version description can only be set when publish is true');
    if (logging) checkLogging(logging, context.neighbours.logs);
    if (roleArn !== undefined) checkRole(context, roleArn, machine.arn);
    const { current } = machine;
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
      machine.current = { ...next, revisionId: uuid(context.env.random), createdAtMs: updatedAtMs, program };
    }
    const version = input.publish ? publishVersion(context, machine, input.versionDescription) : undefined;
    context.machines.save(machine);
    return {
      updateDate: seconds(updatedAtMs),
      ...(machine.current.revisionId === undefined ? {} : { revisionId: machine.current.revisionId }),
      ...(version ? { stateMachineVersionArn: versionArn(machine, version) } : {}),
    };
  },
});
